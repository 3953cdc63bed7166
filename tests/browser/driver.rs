//! A browser at the end of a wire: Debian's Chromium, driven by its own driver over the W3C protocol, which is JSON over HTTP.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long a click may take until its page comes; one that leads nowhere is waited for as long.
const LEAVING: Duration = Duration::from_secs(3);
/// How long an element may take to appear.
const PATIENCE: Duration = Duration::from_secs(30);
/// The key under which the protocol names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser with one window; closed when dropped.
pub struct Browser {
    driver: Child,
    agent: ureq::Agent,
    session: String,
    address: String,
}

/// What the window looks like and can do.
#[derive(Clone, Copy)]
pub struct Window {
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Whether pages may run scripts.
    pub scripts: bool,
}

/// An office's screen.
pub const SCREEN: Window = Window { size: (1_366, 768), scripts: true };

impl Browser {
    /// Opens a browser on a server.
    pub fn open(address: &str, window: Window) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("chromedriver is missing: run tests/fetch-browser-tools ({error})")
            });
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let rest = line.split("started successfully on port ").nth(1)?;
            rest.trim_end_matches('.').parse::<u16>().ok()
        });
        let port = port.expect("chromedriver names its port");
        // What it prints later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        let mut browser =
            Self { driver, agent: config.into(), session: String::new(), address: address.to_owned() };
        let driver = format!("http://127.0.0.1:{port}/session");
        let begun = browser.post_to(&driver, &capabilities(window));
        let id = begun["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {begun}"));
        browser.session = format!("{driver}/{id}");
        browser
    }

    /// Goes to a path of the server, or to a whole address, as of a file.
    pub fn go(&self, path: &str) {
        let url = if path.contains("://") { path.to_owned() } else { format!("{}{path}", self.address) };
        self.post("url", &json!({ "url": url }));
    }

    /// Where it is, without the server's address.
    pub fn path(&self) -> String {
        let url = self.get("url");
        let url = url.as_str().unwrap();
        url.strip_prefix(&self.address).unwrap_or(url).to_owned()
    }

    /// Waits until the path fits.
    pub fn wait_for_path(&self, fits: impl Fn(&str) -> bool) {
        self.wait(|| fits(&self.path()).then_some(()), &|| {
            format!("still at {}\n{}", self.path(), self.text("main"))
        });
    }

    /// The text that a person reads in the first element that fits.
    pub fn text(&self, css: &str) -> String {
        let element = self.find(css);
        self.get(&format!("element/{element}/text")).as_str().unwrap().to_owned()
    }

    /// Waits until the element says these words, without asking the page for anything.
    pub fn wait_for_text(&self, css: &str, words: &str) {
        self.wait(|| self.text(css).contains(words).then_some(()), &|| {
            format!("no {words}: {}", self.text(css))
        });
    }

    /// Whether there is such an element.
    pub fn has(&self, css: &str) -> bool {
        let found = self.post("elements", &json!({ "using": "css selector", "value": css }));
        found.as_array().is_some_and(|found| !found.is_empty())
    }

    /// Clicks an element and waits until the page that it leads to has come.
    pub fn click(&self, css: &str) {
        let element = self.find(css);
        self.post(&format!("element/{element}/click"), &json!({}));
    }

    /// Clicks the link or button of that name, and gives the page that it leads to time to come.
    pub fn click_named(&self, name: &str) {
        let xpath = format!("//main//*[self::a or self::button][normalize-space()='{name}']");
        let found =
            self.wait(|| self.element("xpath", &xpath), &|| format!("no {name}: {}", self.text("main")));
        self.run("window.isLeft = true", &json!([]));
        self.post(&format!("element/{found}/click"), &json!({}));
        let is_old = "return window.isLeft === true || document.readyState !== 'complete'";
        let begun = Instant::now();
        while begun.elapsed() < LEAVING && self.run(is_old, &json!([])) == json!(true) {
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Fills in a field of a form by its name: types a text, picks from a list or among answers, sets a day.
    pub fn fill(&self, name: &str, value: &str) {
        self.fill_in("", name, value);
    }

    /// Picks from a list of a form the first entry that says so.
    pub fn pick(&self, name: &str, words: &str) {
        let element = self.find(&format!("select[name='{name}']"));
        let script = "const e = arguments[0]; const o = [...e.options].find(o => o.text.includes(arguments[1])); if (!o) return [...e.options].map(o => o.text).join(); e.value = o.value; e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true})); return true;";
        let set = self.run(script, &json!([{ ELEMENT: element }, words]));
        assert_eq!(set, json!(true), "{name} does not offer {words}");
    }

    /// Presses keys one after another, as a hand on the keyboard does: letters, or the protocol's names of keys.
    pub fn press(&self, keys: &str) {
        let strokes = keys.chars().flat_map(|key| {
            ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() }))
        });
        let strokes: Vec<Value> = strokes.collect();
        let actions = json!([{ "type": "key", "id": "keyboard", "actions": strokes }]);
        self.post("actions", &json!({ "actions": actions }));
    }

    /// Chooses a file for a field of a form.
    pub fn attach(&self, name: &str, file: &Path) {
        let element = self.find(&format!("[name='{name}']"));
        self.post(&format!("element/{element}/value"), &json!({ "text": file.to_str().unwrap() }));
    }

    /// Sends the form as its button does.
    pub fn submit(&self, form: &str) {
        self.click(&format!("{form} button[type='submit']"));
    }

    /// Fills in a field of one form among several.
    pub fn fill_in(&self, form: &str, name: &str, value: &str) {
        let element = self.find(&format!("{form} [name='{name}']"));
        let script = "const e = arguments[0]; const v = arguments[1]; if (e.type === 'radio') { const own = [...document.getElementsByName(e.name)].find(r => r.form === e.form && r.value === v); if (!own) return null; own.click(); return own.value; } e.value = v; e.dispatchEvent(new Event('input', {bubbles: true})); return e.value;";
        let set = self.run(script, &json!([{ ELEMENT: element }, value]));
        assert_eq!(set, json!(value), "{name} does not take {value}");
    }

    /// Looks at pages larger, as a reader does who zooms: a window of 1366 pixels has half as many for them at 2.
    pub fn zoom(&self, factor: f64) {
        let (width, height) = SCREEN.size;
        let scaled = |length: u32| (f64::from(length) / factor) as u32;
        self.show_on(scaled(width), scaled(height), factor);
    }

    /// Looks at pages on a screen of that size.
    pub fn resize(&self, width: u32, height: u32) {
        self.show_on(width, height, 1.0);
    }

    fn show_on(&self, width: u32, height: u32, factor: f64) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": factor, "mobile": false });
        self.post(
            "goog/cdp/execute",
            &json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": metrics }),
        );
    }

    /// Whether the page is wider than its window, so that it must be scrolled sideways.
    pub fn is_too_wide(&self) -> bool {
        let script = "return document.documentElement.scrollWidth > document.documentElement.clientWidth + 1";
        self.run(script, &json!([])) == json!(true)
    }

    /// A cookie as a request carries it.
    pub fn cookie(&self, name: &str) -> String {
        let cookie = self.get(&format!("cookie/{name}"));
        format!("{name}={}", cookie["value"].as_str().unwrap())
    }

    /// Runs a script in the page and gives its value.
    pub fn run(&self, script: &str, arguments: &Value) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// Runs a script that answers by calling its last argument.
    pub fn run_until_called(&self, script: &str) -> Value {
        self.post("execute/async", &json!({ "script": script, "args": [] }))
    }

    /// Puts a picture of the whole page into a folder that git ignores, for people to look at.
    pub fn picture(&self, name: &str) {
        let size = self.run(
            "return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]",
            &json!([]),
        );
        let clip = json!({ "x": 0, "y": 0, "width": size[0], "height": size[1].as_u64().unwrap().min(12_000), "scale": 1 });
        let taken = self.post(
            "goog/cdp/execute",
            &json!({ "cmd": "Page.captureScreenshot", "params": { "captureBeyondViewport": true, "clip": clip } }),
        );
        keep(&format!("{name}.png"), taken["data"].as_str().unwrap());
    }

    /// Prints the page to a file in the same folder, on the paper that its style asks for; gives its pages.
    pub fn print(&self, name: &str) -> usize {
        let asked = json!({ "preferCSSPageSize": true, "printBackground": true });
        let printed = self.post("goog/cdp/execute", &json!({ "cmd": "Page.printToPDF", "params": asked }));
        let bytes = keep(&format!("{name}.pdf"), printed["data"].as_str().unwrap());
        String::from_utf8_lossy(&bytes).matches("/Type /Page\n").count()
    }

    fn find(&self, css: &str) -> String {
        self.wait(|| self.element("css selector", css), &|| {
            let page = self.run("return document.body.innerText", &json!([]));
            format!("no {css} at {}: {page}", self.path())
        })
    }

    fn element(&self, using: &str, value: &str) -> Option<String> {
        let found = self.post("elements", &json!({ "using": using, "value": value }));
        found[0][ELEMENT].as_str().map(str::to_owned)
    }

    fn wait<T>(&self, look: impl Fn() -> Option<T>, said: &dyn Fn() -> String) -> T {
        let begun = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "{}", said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn get(&self, what: &str) -> Value {
        let answer = self.agent.get(format!("{}/{what}", self.session)).call().unwrap();
        value_of(answer, what)
    }

    fn post(&self, what: &str, body: &Value) -> Value {
        self.post_to(&format!("{}/{what}", self.session), body)
    }

    fn post_to(&self, url: &str, body: &Value) -> Value {
        value_of(self.agent.post(url).send_json(body).unwrap(), url)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn capabilities(window: Window) -> Value {
    let (width, height) = window.size;
    let size = format!("--window-size={width},{height}");
    // No sandbox: the tests may run as root, and the pages are our own.
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-proxy-server",
        // As a browser of an office asks.
        "--accept-lang=zh-CN,zh",
        &size,
    ];
    // 2: blocked.
    let scripts = if window.scripts { 1 } else { 2 };
    let preferences = json!({ "profile.managed_default_content_settings.javascript": scripts });
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome",
        "goog:chromeOptions": { "args": arguments, "prefs": preferences },
        "timeouts": { "script": 60_000, "pageLoad": 60_000 }
    } } })
}

fn value_of(mut answer: ureq::http::Response<ureq::Body>, what: &str) -> Value {
    let status = answer.status();
    let text = answer.body_mut().with_config().limit(64 << 20).read_to_string().unwrap();
    assert!(status.is_success(), "{what}: {status} {text}");
    serde_json::from_str::<Value>(&text).unwrap()["value"].take()
}

/// The folder of what the tests leave to be looked at.
pub fn artefacts() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(".tools/browser/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Writes a file into that folder, from the protocol's base 64.
fn keep(name: &str, encoded: &str) -> Vec<u8> {
    let bytes = decode(encoded);
    std::fs::write(artefacts().join(name), &bytes).unwrap();
    bytes
}

/// RFC 4648, section 4.
fn decode(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters: Vec<u8> = text.bytes().filter(|letter| !matches!(letter, b'=' | b'\n')).map(value).collect();
    let bytes = letters.chunks(4).flat_map(|group| {
        let bits = group.iter().fold(0_u32, |bits, letter| bits << 6 | u32::from(*letter))
            << (6 * (4 - group.len()));
        (0..group.len() - 1).map(move |index| (bits >> (16 - 8 * index)) as u8)
    });
    bytes.collect()
}
