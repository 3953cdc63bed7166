//! Accounts over HTTP and on the pages: issued, renewed, revoked by the security administrator, and the second factor.

use std::process::Command;

use serde_json::{Value, json};

use crate::harness::{Answer, Client, Desk, Office, Server, desk, import_places, key, token, token_with};

const PAPER: [&str; 4] = ["--document", "广组〔2018〕9号", "--issued", "2018-01-05"];
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

fn body(data: Value) -> Value {
    json!({"effective_date": "2026-01-05", "on_behalf_of": "5108", "data": data})
}

fn rule(answer: Answer) -> Value {
    answer.expect(422).json()["rule"].clone()
}

/// The officer's account issued by the administrator, with the id and the token.
fn issued(admin: &Client, name: &str) -> (String, String) {
    let data = json!({"role": "county_officer", "scope": "510811", "holder": name});
    let answer = admin.command("issue-account", &body(data)).expect(201).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&answer["events"][0]["data"]["account"]), text(&answer["token"]))
}

#[test]
fn the_security_administrator_issues_renews_and_revokes_over_http() {
    let desk = desk();
    let admin_token = token_with(&desk.data, "security_admin", "5108", &PAPER);
    let admin = desk.server.client(&admin_token);
    let read = |token: &str| desk.server.client(token).get("/api/v1/counties/510811").status;
    let (id, first) = issued(&admin, "钱一");
    assert_eq!(read(&first), 200);
    // The log says who issued it, until when, and the token nowhere.
    let auditor = desk.server.client(&token_with(&desk.data, "auditor", "5108", &PAPER));
    let events = auditor.get("/api/v1/events?type=account.issued&limit=100").expect(200).text;
    let event = events.lines().find(|line| line.contains(&id)).unwrap();
    let event: Value = serde_json::from_str(event).unwrap();
    let accounts = auditor.get("/api/v1/accounts").expect(200).json();
    let rows = accounts["rows"].as_array().unwrap().clone();
    let own = rows.iter().find(|row| row["role"] == "security_admin").unwrap();
    assert_eq!((&event["actor"], &event["actorrole"]), (&own["id"], &json!("security_admin")));
    assert!(event["data"]["expires_on"].is_string() && !events.contains("钱一"), "{event}");
    for file in ["log.db", "log.db-wal", "control.db", "control.db-wal", "access.db", "access.db-wal"] {
        let bytes = std::fs::read(desk.data.join(file)).unwrap_or_default();
        let found = bytes.windows(first.len()).any(|window| window == first.as_bytes());
        assert!(!found, "the token stands in {file}");
    }
    // Issued at the machine, under a login.
    let by_hand: Vec<&str> = events.lines().filter(|line| line.contains("\"actorrole\":\"local\"")).collect();
    assert!(!by_hand.is_empty() && by_hand.iter().all(|line| !line.contains("local:admin")), "{by_hand:?}");
    // Renewed: the same account and holder, and only the new token is good.
    let renewed = admin.command("renew-account", &body(json!({"account": id}))).expect(201).json();
    let second = renewed["token"].as_str().unwrap().to_owned();
    assert_eq!((read(&first), read(&second)), (401, 200));
    // A repeat shows no token, and changes none.
    let (again, data) = (key(), json!({"role": "township_clerk", "scope": "510811210", "holder": "孙二"}));
    let answer = admin.command_with(&again, "issue-account", &body(data.clone())).expect(201).json();
    let repeat = admin.command_with(&again, "issue-account", &body(data)).expect(200);
    assert_eq!(repeat.header("idempotent-replayed"), Some("true"));
    assert!(repeat.json()["token"].is_null());
    let clerk = desk.server.client(answer["token"].as_str().unwrap());
    clerk.get("/api/v1/townships/510811210").expect(200);
    refusals(&desk, &admin, &id);
    admin.command("revoke-account", &body(json!({"account": id}))).expect(201);
    assert_eq!(read(&second), 401);
    let rows = admin.get("/api/v1/accounts").expect(200).json();
    let row = rows["rows"].as_array().unwrap().iter().find(|row| row["id"] == json!(id)).unwrap().clone();
    assert_eq!((&row["holder"], &row["state"]), (&json!("钱一"), &json!("revoked")));
}

/// What no administrator does, and who is none.
fn refusals(desk: &Desk, admin: &Client, id: &str) {
    let issue = |data: Value| admin.command("issue-account", &body(data));
    let own = json!({"role": "security_admin", "scope": "5108", "holder": "security_admin 5108"});
    let mut papered = body(own);
    papered["document"] = json!({"number": "广组〔2018〕9号", "issued": "2018-01-05"});
    assert_eq!(rule(admin.command("issue-account", &papered)), "account-own");
    let auditor = json!({"role": "auditor", "scope": "5108", "holder": "周三"});
    assert_eq!(rule(issue(auditor)), "account-apart");
    let long =
        json!({"role": "county_officer", "scope": "510811", "holder": "吴四", "expires_on": "2099-01-01"});
    assert_eq!(rule(issue(long)), "account-life");
    let second = json!({"role": "township_clerk", "scope": "510811210", "holder": "钱　一"});
    assert_eq!(rule(issue(second)), "account-second");
    let local = json!({"role": "local", "scope": "5108", "holder": "郑五"});
    assert_eq!(issue(local).status, 422);
    let rows = admin.get("/api/v1/accounts").expect(200).json();
    let admin_id =
        rows["rows"].as_array().unwrap().iter().find(|row| row["role"] == "security_admin").unwrap();
    let renew_own = body(json!({"account": admin_id["id"]}));
    assert_eq!(rule(admin.command("renew-account", &renew_own)), "account-own");
    let officer = desk.server.client(&desk.office.officer);
    for name in ["renew-account", "revoke-account"] {
        officer.command(name, &body(json!({"account": id}))).expect(403);
    }
    officer.get("/api/v1/accounts").expect(403);
    admin.get("/api/v1/counties/510811").expect(403);
}

/// What a browser keeps: the session's cookie.
fn sign_in(server: &Server, token: &str, code: &str) -> (Answer, Client) {
    let anyone = server.anyone().with(FORM.0, FORM.1);
    let answer = anyone.post("/sign-in", format!("token={token}&code={code}").as_bytes());
    let client = with_cookie(server, &answer);
    (answer, client)
}

fn with_cookie(server: &Server, answer: &Answer) -> Client {
    let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
    let client = server.anyone().with(FORM.0, FORM.1);
    cookie.map_or(client.clone(), |cookie| client.with("cookie", cookie))
}

/// The hidden value that a form of the page carries.
fn form_token(page: &str) -> String {
    let rest = page.split("name=\"_token\" value=\"").nth(1).expect("a form");
    rest.split('"').next().unwrap().to_owned()
}

/// The password of a secret so many steps from now, by another implementation.
fn password(secret: &str, steps: i64) -> String {
    let script = "import base64,hashlib,hmac,struct,sys,time
key=base64.b32decode(sys.argv[1]+'='*(-len(sys.argv[1])%8))
step=int(time.time())//30+int(sys.argv[2])
digest=hmac.new(key,struct.pack('>q',step),hashlib.sha1).digest()
at=digest[-1]&15
print('%06d'%((struct.unpack('>I',digest[at:at+4])[0]&0x7fffffff)%1000000))";
    let output = Command::new("python3").args(["-c", script, secret, &steps.to_string()]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_role_with_a_second_factor_sees_nothing_without_it() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    import_places(&data);
    // What is tried here is the limit of an account, not that of an address.
    let config = directory.path().join("config.json");
    std::fs::write(&config, json!({"limits": {"failures_per_minute": 1000}}).to_string()).unwrap();
    let options = ["--second-factor", "county_officer", "--config", config.to_str().unwrap()];
    let server = Server::start(&data, &options);
    let office = Office::open(&server, &data);
    // The interface takes the token alone; the pages do not.
    let (answer, half) = sign_in(&server, &office.officer, "");
    assert_eq!(answer.expect(303).header("location"), Some("/"));
    assert_eq!(half.get("/").expect(303).header("location"), Some("/my-sign-in"));
    half.get("/api/v1/counties/510811").expect(401);
    let page = half.get("/my-sign-in").expect(200).text;
    let sent = |client: &Client, page: &str, fields: &str| {
        client.post("/my-sign-in", format!("_token={}&{fields}", form_token(page)).as_bytes())
    };
    half.post("/my-sign-in", b"_step=begin").expect(403);
    let begun = sent(&half, &page, "_step=begin").expect(200).text;
    assert!(begun.contains("<svg") && begun.contains("otpauth://totp/"), "{begun}");
    let secret = begun.split("secret=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    sent(&half, &begun, "_step=confirm&code=000").expect(403);
    let first = password(&secret, 0);
    let confirmed = sent(&half, &begun, &format!("_step=confirm&code={first}")).expect(303);
    let whole = with_cookie(&server, &confirmed);
    whole.get("/counties/510811/register").expect(200);
    assert_eq!(half.get("/api/v1/counties/510811").status, 401, "the half session is over");
    // From now on the password is asked for, once each.
    assert_eq!(sign_in(&server, &office.officer, "").0.status, 403);
    assert_eq!(sign_in(&server, &office.officer, &first).0.status, 403);
    let (answer, again) = sign_in(&server, &office.officer, &password(&secret, 1));
    answer.expect(303);
    again.get("/counties/510811/register").expect(200);
    for _ in 0..5 {
        assert_eq!(sign_in(&server, &office.officer, "123").0.status, 403);
    }
    let (locked, _) = sign_in(&server, &office.officer, &password(&secret, 1));
    assert!(locked.status == 403 && locked.text.contains("15"), "{}", locked.text);
    // A clerk's role needs none, and has none.
    let (answer, clerk) = sign_in(&server, &office.clerk, "");
    answer.expect(303);
    clerk.get("/townships/510811210").expect(200);
    let page = clerk.get("/my-sign-in").expect(200).text;
    assert!(!page.contains(&secret), "nobody sees another's key");
    recovered(&server, &data, &office);
}

/// The telephone is lost: the administrator resets, on the page.
fn recovered(server: &Server, data: &std::path::Path, office: &Office) {
    let admin_token = token(data, "security_admin", "5108");
    let (answer, admin) = sign_in(server, &admin_token, "");
    answer.expect(303);
    assert_eq!(admin.get("/").expect(303).header("location"), Some("/accounts"));
    let page = admin.get("/accounts").expect(200).text;
    assert!(page.contains("county_officer 510811") && page.contains("动态口令"), "{page}");
    admin.get("/counties/510811/register").expect(403);
    admin.get("/work/issue-account").expect(200);
    let link = page.split("/work/reset-second-factor?account=").nth(1).expect("a link to reset");
    let account = link.split('"').next().unwrap();
    let form = admin.get(&format!("/work/reset-second-factor?account={account}")).expect(200).text;
    let key = form.split("name=\"_key\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = format!(
        "_token={}&_key={key}&_step=record&/effective_date=2026-01-05&/on_behalf_of=5108&/data/account={account}&/data/reason=lost",
        form_token(&form)
    );
    let fields = fields.replace("&/", "&%2F").replace("data/", "data%2F");
    let done = admin.post("/work/reset-second-factor", fields.as_bytes());
    assert_eq!((done.status, done.header("location")), (303, Some("/accounts")), "{}", done.text);
    let (answer, half) = sign_in(server, &office.officer, "");
    answer.expect(303);
    assert_eq!(half.get("/").expect(303).header("location"), Some("/my-sign-in"));
}

#[test]
fn the_administrator_issues_an_account_on_the_pages_and_keys_are_shown_once() {
    use crate::browser::{Browser, SCREEN, check_axe};
    let desk = desk();
    let browser = Browser::open(&desk.server.address, SCREEN);
    crate::browser::sign_in(&browser, &token(&desk.data, "security_admin", "5108"));
    browser.go("/accounts");
    assert!(browser.text("main").contains("county_officer 510811"), "{}", browser.text("main"));
    browser.picture("accounts-zh");
    check_axe(&browser, "/accounts");
    browser.go("/work/issue-account");
    for (name, value) in
        [("/data/role", "township_clerk"), ("/data/scope", "510811211"), ("/data/holder", "冯六")]
    {
        browser.fill(name, value);
    }
    browser.picture("issue-account-zh");
    browser.click_named("预览");
    browser.click_named("确认并记录");
    browser.wait_for_text("main", "只在此显示一次");
    let issued = browser.text("code.secret");
    assert!(issued.starts_with("lj_"), "{issued}");
    browser.picture("token-zh");
    browser.go("/accounts");
    assert!(browser.text("main").contains("冯六") && !browser.text("main").contains(&issued));
    browser.go("/my-sign-in");
    browser.click_named("开始设置");
    browser.wait_for_text("main", "otpauth://totp/");
    browser.picture("my-sign-in-zh");
    check_axe(&browser, "/my-sign-in");
    assert!(desk.server.client(&issued).get("/api/v1/townships/510811211").expect(200).status == 200);
}
