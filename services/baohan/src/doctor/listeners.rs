use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::config::Config;

use super::Finding;

/// Whether the listening addresses are ours and free.
pub async fn examine(config: &Config) -> Vec<Finding> {
    vec![
        one("gateway address", config.gateway.listen).await,
        one("office address", config.office.listen).await,
    ]
}

async fn one(subject: &str, address: SocketAddr) -> Finding {
    match TcpListener::bind(address).await {
        Ok(_) => Finding::well(subject, format!("{address} is free")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Finding::warning(
            subject,
            format!("{address} is in use: by a ledger that runs already, or by somebody else"),
        ),
        Err(error) => Finding::broken(subject, format!("{address}: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Health;
    use super::*;

    #[tokio::test]
    async fn an_address_in_use_is_told() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        assert_eq!(one("x", taken.local_addr().unwrap()).await.health, Health::Warning);
        assert_eq!(one("x", "127.0.0.1:0".parse().unwrap()).await.health, Health::Well);
        assert_eq!(one("x", "192.0.2.1:1".parse().unwrap()).await.health, Health::Broken);
    }
}
