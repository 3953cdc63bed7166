//! TLS that ends here: a certificate with its chain and a key, both in PEM, as an authority or a closed network's own
//! hands them out. They are read once, at the start.

use domain::errors;
use service::signing_key::is_exposed;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{self, ServerConfig};

/// What is spoken within TLS.
const HTTP: &[u8] = b"http/1.1";

/// How requests reach the service.
#[derive(Clone)]
pub enum Transport {
    /// Plain HTTP, on this machine only.
    Plain,
    /// Plain HTTP from a proxy that ends TLS.
    BehindProxy,
    /// TLS that ends here.
    Tls(TlsAcceptor),
}

impl Transport {
    /// Whether what people send travels encrypted.
    pub fn is_encrypted(&self) -> bool {
        !matches!(self, Self::Plain)
    }
}

errors! {
    /// Why there is no TLS.
    #[derive(Debug)]
    pub enum TlsError {
        /// A file that is not what it should be.
        #[zh("{} 不是可用的 PEM 文件：{cause}", path.display())]
        #[en("{} is no PEM file that can be used: {cause}", path.display())]
        File {
            /// Which one.
            path: PathBuf,
            /// What the reader says.
            cause: pem::Error,
        },
        /// Others may read the key.
        #[zh("{} 他人可读：请执行 chmod 600", path.display())]
        #[en("others may read {}: run chmod 600 on it", path.display())]
        Exposed {
            /// The file of the key.
            path: PathBuf,
        },
        /// Certificate and key do not belong together, or are of a kind that is not supported.
        #[zh("证书与私钥无法使用：{cause}")]
        #[en("the certificate and key cannot be used: {cause}")]
        Unusable(#[from] cause: rustls::Error),
    }
}

/// TLS with the certificates of one file, the service's own first, and the private key of another.
pub fn acceptor(certificates: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    let refused = |path: &Path| {
        let path = path.to_owned();
        |cause| TlsError::File { path, cause }
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(certificates).and_then(Iterator::collect);
    // A file with other things in it has no certificate either.
    let found =
        chain.and_then(|found| if found.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(found) });
    let chain = found.map_err(refused(certificates))?;
    if is_exposed(key).unwrap_or(false) {
        return Err(TlsError::Exposed { path: key.to_owned() });
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(refused(key))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, secret)?;
    config.alpn_protocols = vec![HTTP.to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
