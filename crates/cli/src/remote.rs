//! A running server as the command line uses it: one address, one token, answers or the server's own refusals.

use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use domain::say::Say;
use event_log::regular_file;
use serde_json::Value;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use crate::exit::Failure;

/// The variable that holds the token where no file is named.
const TOKEN_VARIABLE: &str = "LIANJIAN_TOKEN";
/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a server may think: it folds the log for questions about the past.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// How long an answer of limited length may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(120);
/// How long whoever is told something may take.
const NOTIFY_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest answer that is held in memory.
const MAX_ANSWER_BYTES: u64 = 256 << 20;
/// The largest file that may hold a token.
const MAX_TOKEN_FILE_BYTES: u64 = 4_096;

/// Which server, and as whom.
#[derive(Debug, Clone, Args)]
pub struct ServerOptions {
    /// 运行中的服务地址，代替本地数据 / the address of a running server, in place of local files
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    pub server: Option<String>,
    /// 存放令牌的文件（否则用环境变量 LIANJIAN_TOKEN） / a file that holds the token (or else LIANJIAN_TOKEN)
    #[arg(long, value_name = "FILE", requires = "server")]
    pub token_file: Option<PathBuf>,
    /// 信任的 TLS 根证书（PEM，如封闭网络自建的），默认用本机系统的 / the TLS root certificates to trust, in PEM, such as a closed network's own; the system's where absent
    #[arg(long, value_name = "FILE", requires = "server")]
    pub server_ca: Option<PathBuf>,
}

impl ServerOptions {
    /// The server, where one was named.
    pub fn connect(&self) -> Result<Option<Server>, Failure> {
        let connect = |address| Server::new(address, self.token_file.as_deref(), self.server_ca.as_deref());
        self.server.as_deref().map(connect).transpose()
    }
}

/// A running server.
pub struct Server {
    agent: ureq::Agent,
    address: String,
    token: Option<String>,
}

/// An answer of any status.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// When to come back, where it says so.
    pub retry_after_seconds: Option<u64>,
    /// The body.
    pub text: String,
}

impl Server {
    /// The server of that address. Nothing is sent yet.
    pub fn new(
        address: &str,
        token_file: Option<&Path>,
        authorities: Option<&Path>,
    ) -> Result<Self, Failure> {
        Ok(Self { token: token(token_file)?, ..Self::without_token(address, authorities)? })
    }

    /// The same, for whoever is shown no token.
    pub fn without_token(address: &str, authorities: Option<&Path>) -> Result<Self, Failure> {
        let address = normal_address(address);
        let is_encrypted = address.starts_with("https://");
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_recv_response(Some(ANSWER_TIMEOUT));
        let config = if is_encrypted { config.tls_config(tls_config(authorities)?) } else { config };
        Ok(Self { agent: config.build().into(), address, token: None })
    }

    /// GET, held in memory; anything but 200 is a refusal.
    pub fn get(&self, path: &str) -> Result<String, Failure> {
        let answer = self.read(self.call(path)?)?;
        if answer.status == 200 { Ok(answer.text) } else { Err(refusal(&answer)) }
    }

    /// GET of bytes, at most as many as named.
    pub fn get_bytes(&self, path: &str, limit: u64) -> Result<Vec<u8>, Failure> {
        let request = self.ask(path).config().timeout_recv_body(Some(BODY_TIMEOUT)).build();
        let mut response = request.call().map_err(|error| self.unreachable(error))?;
        if response.status() != 200 {
            return Err(refusal(&self.read(response)?));
        }
        response.body_mut().with_config().limit(limit).read_to_vec().map_err(|error| self.unreachable(error))
    }

    /// The same; nothing where there is no such thing yet.
    pub fn get_where_there_is(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, Failure> {
        match self.get_bytes(path, limit) {
            Err(Failure::ServerRefused { status: 404 | 503, .. }) => Ok(None),
            read => read.map(Some),
        }
    }

    /// GET of lines, read as they come.
    pub fn get_lines(&self, path: &str) -> Result<BufReader<impl Read + use<>>, Failure> {
        let response = self.call(path)?;
        if response.status() != 200 {
            return Err(refusal(&self.read(response)?));
        }
        Ok(BufReader::new(response.into_body().into_reader()))
    }

    /// POST of text that records nothing; anything but 200 is a refusal.
    pub fn post(&self, path: &str, content_type: &str, body: &str) -> Result<String, Failure> {
        self.post_bytes(path, content_type, body.as_bytes())
    }

    /// POST of a file; anything but 200 is a refusal.
    pub fn post_bytes(&self, path: &str, content_type: &str, body: &[u8]) -> Result<String, Failure> {
        let mut request = self.agent.post(format!("{}{path}", self.address));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let response = request.header("content-type", content_type).send(body);
        let answer = self.read(response.map_err(|error| self.unreachable(error))?)?;
        if answer.status == 200 { Ok(answer.text) } else { Err(refusal(&answer)) }
    }

    /// POST of JSON to the address itself; whatever is not taken is a failure.
    pub fn notify(&self, body: &str) -> Result<(), Failure> {
        let request = self.agent.post(&self.address).header("content-type", "application/json");
        let request = request.config().timeout_global(Some(NOTIFY_TIMEOUT)).build();
        let sent = request.send(body);
        let answer = self.read(sent.map_err(|error| self.unreachable(error))?)?;
        if (200..300).contains(&answer.status) { Ok(()) } else { Err(refusal(&answer)) }
    }

    /// POST of a command; every answer is given back.
    pub fn command(&self, name: &str, key: &str, body: &Value) -> Result<Answer, Failure> {
        let mut request = self.agent.post(format!("{}/api/v1/commands/{name}", self.address));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request
            .header("idempotency-key", format!("\"{key}\""))
            .header("content-type", "application/json");
        let response = request.send(body.to_string().as_bytes()).map_err(|error| self.unreachable(error))?;
        self.read(response)
    }

    fn ask(&self, path: &str) -> ureq::RequestBuilder<ureq::typestate::WithoutBody> {
        let request = self.agent.get(format!("{}{path}", self.address));
        match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    fn call(&self, path: &str) -> Result<ureq::http::Response<ureq::Body>, Failure> {
        self.ask(path).call().map_err(|error| self.unreachable(error))
    }

    fn read(&self, mut response: ureq::http::Response<ureq::Body>) -> Result<Answer, Failure> {
        let retry_after = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let retry_after_seconds = retry_after.and_then(|value| value.parse().ok());
        let text = response.body_mut().with_config().limit(MAX_ANSWER_BYTES).read_to_string();
        let text = text.map_err(|error| self.unreachable(error))?;
        Ok(Answer { status: response.status().as_u16(), retry_after_seconds, text })
    }

    /// A failure on the way.
    pub fn unreachable(&self, error: impl std::fmt::Display) -> Failure {
        Failure::ServerUnreachable { address: self.address.clone(), detail: Say::same(error) }
    }
}

/// What a refusal of the server says: the last part of its type, its rule, and why in both languages.
pub struct Problem {
    /// The last part of `type`.
    pub slug: String,
    /// The rule, where one refused.
    pub rule: Option<String>,
    /// Where the rule comes from.
    pub citation: Value,
    /// Why, in Chinese.
    pub chinese: String,
    /// Why, in English.
    pub english: String,
}

impl Problem {
    /// Reads the body of a refusal; one that is no problem document is told by its status.
    pub fn of(answer: &Answer) -> Self {
        let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        let slug = text("type").and_then(|kind| kind.rsplit('/').next().map(str::to_owned));
        let status = format!("HTTP {}", answer.status);
        let chinese = text("detail").unwrap_or_else(|| status.clone());
        let mut problem = Self {
            slug: slug.unwrap_or_default(),
            rule: text("rule"),
            citation: body["citation"].clone(),
            english: text("detail_en").unwrap_or_else(|| chinese.clone()),
            chinese,
        };
        for error in body["errors"].as_array().into_iter().flatten() {
            let text = |name: &str| error[name].as_str();
            let said = |detail| format!("; {}: {detail}", text("pointer").unwrap_or_default());
            let detail = text("detail").unwrap_or_default();
            problem.chinese.push_str(&said(detail));
            problem.english.push_str(&said(text("detail_en").unwrap_or(detail)));
        }
        problem
    }
}

/// The failure that a refusal is.
pub fn refusal(answer: &Answer) -> Failure {
    let problem = Problem::of(answer);
    let message = Say::of(problem.chinese, problem.english);
    Failure::ServerRefused { status: answer.status, slug: problem.slug, message }
}

/// With a scheme, without a slash at the end.
fn normal_address(address: &str) -> String {
    let address = address.trim_end_matches('/');
    let has_scheme = ["http://", "https://"].iter().any(|scheme| address.starts_with(scheme));
    if has_scheme { address.to_owned() } else { format!("http://{address}") }
}

/// TLS that trusts the certificates of a file, or those that the system trusts.
fn tls_config(authorities: Option<&Path>) -> Result<TlsConfig, Failure> {
    let certificates = match authorities {
        Some(path) => {
            let bytes = regular_file::read_small(path)
                .map_err(|cause| Failure::Input { path: path.to_owned(), cause })?;
            let items = parse_pem(&bytes).filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(Ok(certificate)),
                Ok(_) => None,
                Err(error) => Some(Err(error)),
            });
            let read: Result<Vec<_>, _> = items.collect();
            let found = read.ok().filter(|found| !found.is_empty());
            found.ok_or_else(|| {
                let path = path.display();
                Failure::usage(
                    format!("{path} 中没有 PEM 证书"),
                    format!("{path} holds no certificate in PEM"),
                )
            })?
        }
        None => {
            let found = rustls_native_certs::load_native_certs().certs;
            found.into_iter().map(|certificate| Certificate::from_der(&certificate).to_owned()).collect()
        }
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&certificates))
        .unversioned_rustls_crypto_provider(provider)
        .build())
}

/// The token from a file or the environment: never from the command line, which every process may read.
fn token(file: Option<&Path>) -> Result<Option<String>, Failure> {
    let Some(path) = file else {
        return Ok(std::env::var(TOKEN_VARIABLE)
            .ok()
            .map(|token| token.trim().to_owned())
            .filter(|token| !token.is_empty()));
    };
    let refused = |cause| Failure::Input { path: path.to_owned(), cause };
    let mut text = String::new();
    let opened = std::fs::File::open(path).map_err(refused)?;
    opened.take(MAX_TOKEN_FILE_BYTES).read_to_string(&mut text).map_err(refused)?;
    let token = text.trim();
    if token.is_empty() || token.contains(char::is_whitespace) {
        let path = path.display();
        return Err(Failure::usage(format!("{path} 中没有令牌"), format!("there is no token in {path}")));
    }
    Ok(Some(token.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_with_and_without_its_scheme() {
        for address in ["127.0.0.1:8080", "http://127.0.0.1:8080", "http://127.0.0.1:8080/"] {
            assert_eq!(normal_address(address), "http://127.0.0.1:8080");
        }
        assert_eq!(normal_address("https://example.cn/"), "https://example.cn");
    }

    #[test]
    fn a_token_comes_from_a_file_without_its_line_end() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "lj_abc\n").unwrap();
        assert_eq!(token(Some(file.path())).unwrap().as_deref(), Some("lj_abc"));
        std::fs::write(file.path(), "two words").unwrap();
        assert!(token(Some(file.path())).is_err());
    }

    #[test]
    fn a_problem_is_read_and_anything_else_told_by_its_status() {
        let answer = |text: &str| Answer { status: 422, retry_after_seconds: None, text: text.to_owned() };
        let problem = Problem::of(&answer(
            r#"{"type":"/problems/rejected","detail":"中","detail_en":"en","rule":"four-eyes","errors":[{"pointer":"/data","detail":"x"}]}"#,
        ));
        assert_eq!((problem.slug.as_str(), problem.rule.as_deref()), ("rejected", Some("four-eyes")));
        assert_eq!((problem.chinese.as_str(), problem.english.as_str()), ("中; /data: x", "en; /data: x"));
        assert_eq!(Problem::of(&answer("<html>")).english, "HTTP 422");
    }
}
