//! A client of one server, as one account, and what it is answered.

use std::time::Duration;

use serde_json::Value;

use super::key;

/// A client with a token for a server that the test started itself.
pub fn client(address: &str, token: &str) -> Client {
    Client { token: Some(token.to_owned()), ..Client::open(address) }
}

/// A client that has signed in to the pages with a token, as a browser does.
pub fn in_session(address: &str, token: &str) -> Client {
    let form = Client::open(address).with("content-type", "application/x-www-form-urlencoded");
    let signed_in = form.post("/sign-in", format!("token={token}").as_bytes()).expect(303);
    let cookie = signed_in.header("set-cookie").and_then(|cookie| cookie.split(';').next()).unwrap();
    Client::open(address).with("cookie", cookie)
}

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    /// The status; 0 where there was no answer.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The answer, whose status must be this one.
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }
}

/// Speaks HTTP to one server as one account.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    address: String,
    token: Option<String>,
    /// More headers for every request.
    pub headers: Vec<(String, String)>,
}

impl Client {
    /// A client without a token.
    pub fn open(address: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        Self { agent: config.into(), address: address.to_owned(), token: None, headers: Vec::new() }
    }

    /// The same client with one more header.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// GET.
    pub fn get(&self, path: &str) -> Answer {
        let mut request = self.agent.get(format!("{}{path}", self.address));
        for (name, value) in self.all_headers() {
            request = request.header(name, value);
        }
        read(request.call())
    }

    /// The same client for another address of the same server.
    pub fn at(&self, address: &str) -> Self {
        Self { address: address.to_owned(), ..self.clone() }
    }

    /// GET of a file, whose status must be 200.
    pub fn download(&self, path: &str) -> Vec<u8> {
        let mut request = self.agent.get(format!("{}{path}", self.address));
        for (name, value) in self.all_headers() {
            request = request.header(name, value);
        }
        let mut response = request.call().unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.body_mut().read_to_vec().unwrap()
    }

    /// POST of a body.
    pub fn post(&self, path: &str, body: &[u8]) -> Answer {
        let mut request = self.agent.post(format!("{}{path}", self.address));
        for (name, value) in self.all_headers() {
            request = request.header(name, value);
        }
        read(request.send(body))
    }

    fn all_headers(&self) -> Vec<(String, String)> {
        let token = self.token.iter().map(|token| ("authorization".to_owned(), format!("Bearer {token}")));
        token.chain(self.headers.iter().cloned()).collect()
    }

    /// A command under a key.
    pub fn command_with(&self, key: &str, name: &str, body: &Value) -> Answer {
        let client =
            self.with("idempotency-key", &format!("\"{key}\"")).with("content-type", "application/json");
        client.post(&format!("/api/v1/commands/{name}"), body.to_string().as_bytes())
    }

    /// A command under a fresh key.
    pub fn command(&self, name: &str, body: &Value) -> Answer {
        self.command_with(&key(), name, body)
    }
}

fn read(result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
    match result {
        Err(error) => Answer { status: 0, headers: Vec::new(), text: error.to_string() },
        Ok(mut response) => {
            let headers = response.headers().iter();
            let headers =
                headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("").to_owned()));
            let headers = headers.collect();
            let text = response.body_mut().with_config().limit(64 << 20).read_to_string();
            Answer { status: response.status().as_u16(), headers, text: text.unwrap_or_default() }
        }
    }
}
