//! TLS for test programs that speak HTTP: whoever is built together with the client of registries has
//! to name what encrypts before the first request.

/// Names it. Whoever was first has named the same.
pub fn provide() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
