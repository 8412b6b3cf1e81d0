//! Which endpoints stand in the place of AWS's own.

use aws_config::SdkConfig;
use aws_types::service_config::ServiceConfigKey;

/// The services that a scan talks to, by the SDK's service id, and by the name that reports use.
const SERVICES: [(&str, &str); 3] = [("STS", "sts"), ("Organizations", "organizations"), ("IAM", "iam")];

/// The endpoints that were set, each as `service url`, in a fixed order: for the manifest, which says so.
pub(crate) fn overridden(config: &SdkConfig) -> Vec<String> {
    SERVICES
        .iter()
        .filter_map(|(id, name)| {
            let url = of_service(config, id)?;
            Some(format!("{name} {}", without_userinfo(&url)))
        })
        .collect()
}

/// The endpoint of one service, found as the generated clients find it.
fn of_service(config: &SdkConfig, service_id: &str) -> Option<String> {
    let general = config.endpoint_url();
    if config.get_origin("endpoint_url").is_client_config() {
        return general.map(str::to_owned);
    }
    let key = ServiceConfigKey::builder()
        .service_id(service_id)
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok()?;
    let of_service = config.service_config().and_then(|loader| loader.load_config(key));
    of_service.or_else(|| general.map(str::to_owned))
}

/// A URL without the name and password that it may carry, and without a query.
pub(crate) fn without_userinfo(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.rsplit('@').next().unwrap_or_default().to_owned();
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_lose_name_password_and_query() {
        for (url, shown) in [
            ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
            ("https://user:p%40ss@proxy.example/x?token=1", "https://proxy.example/x"),
            ("https://a@b@host/", "https://host/"),
            ("user:secret@host", "host"),
        ] {
            assert_eq!(without_userinfo(url), shown, "{url}");
        }
    }
}
