//! Where a log on NATS is: the servers, the credentials, and what the operator asked of the stream.

use domain::errors;
use std::path::PathBuf;

/// The address of a NATS server whose port is not given.
const DEFAULT_PORT: u16 = 4222;

/// How to reach a log on NATS, and what it must be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NatsOptions {
    /// `nats://host:port`, one for each server.
    pub servers: Vec<String>,
    /// A file with user and password, an nkey seed, or a credentials file of `nsc`; never an argument.
    pub credentials: Option<PathBuf>,
    /// The certificate authority that signed the servers' certificates; given, TLS is required.
    pub certificate_authority: Option<PathBuf>,
    /// On how many servers each event is kept.
    pub replicas: usize,
    /// `http://host:port` of each server's monitor, where its sync interval can be seen.
    pub monitors: Vec<String>,
    /// Whether the operator answers for settings under which acknowledged events may be lost.
    pub accept_unsafe_durability: bool,
}

errors! {
    /// Why an address is none.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum NatsAddressError {
        /// Something other than `nats://`.
        #[zh("{text} 不是 NATS 地址，应为 nats://主机:端口[,主机:端口…]")]
        #[en("{text} is no NATS address, which is nats://host:port[,host:port…]")]
        Scheme {
            /// What was given.
            text: String,
        },
        /// A secret in an address is seen by everyone who lists the processes.
        #[zh("地址中不能有用户名或口令：请写入只有属主可读的文件，用 --nats-credentials 指定")]
        #[en("an address holds no user and no password: put them into a file that only its owner may read, and name it with --nats-credentials")]
        Secret,
    }
}

impl NatsOptions {
    /// The options of an address, everything else as it is by default.
    pub fn parse(address: &str) -> Result<Self, NatsAddressError> {
        let wrong = || NatsAddressError::Scheme { text: address.to_owned() };
        if address.contains('@') {
            return Err(NatsAddressError::Secret);
        }
        let (scheme, hosts) = address.split_once("://").ok_or_else(wrong)?;
        if !["nats", "tls"].contains(&scheme) {
            return Err(wrong());
        }
        let servers = hosts.split(',').map(|host| {
            let host = host.trim().trim_start_matches("nats://").trim_start_matches("tls://");
            if host.is_empty() || host.contains(['/', ' ', '?']) {
                return Err(wrong());
            }
            let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
            let port = if has_port { String::new() } else { format!(":{DEFAULT_PORT}") };
            Ok(format!("{scheme}://{host}{port}"))
        });
        Ok(Self {
            servers: servers.collect::<Result<_, _>>()?,
            credentials: None,
            certificate_authority: None,
            replicas: 1,
            monitors: Vec::new(),
            accept_unsafe_durability: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_list_of_servers_without_secrets() {
        let parse = |address: &str| NatsOptions::parse(address).map(|options| options.servers);
        assert_eq!(parse("nats://127.0.0.1:4333"), Ok(vec!["nats://127.0.0.1:4333".to_owned()]));
        assert_eq!(
            parse("nats://a:1,b,nats://[::1]:3"),
            Ok(["nats://a:1", "nats://b:4222", "nats://[::1]:3"].map(str::to_owned).to_vec())
        );
        assert_eq!(parse("tls://a"), Ok(vec!["tls://a:4222".to_owned()]));
        for secret in ["nats://user:word@a:1", "nats://a:1,token@b:2"] {
            assert_eq!(parse(secret), Err(NatsAddressError::Secret));
        }
        for wrong in ["", "a:1", "http://a:1", "nats://", "nats://a,,b", "nats://a/b"] {
            assert!(matches!(parse(wrong), Err(NatsAddressError::Scheme { .. })), "{wrong}");
        }
    }
}
