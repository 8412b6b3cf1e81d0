//! Which endpoint each partition's services are reached at, and which region the request is signed
//! for: the table of AWS's own endpoint rules (botocore's rule sets of November 2026 say the same).

use aws_config::retry::RetryConfig;
use rolesweep_connect::Connection;
use rolesweep_connect::credentials::Caller;
use rolesweep_connect::testing::FakeServer;
use rolesweep_scan::ports::Cloud as _;

use super::server::session;
use crate::cloud::AwsCloud;

/// Region; then host and signing region of IAM, of Organizations, and of STS.
type Row = (&'static str, [(&'static str, &'static str); 3]);

const PARTITIONS: &[Row] = &[
    (
        "us-east-1",
        [
            ("iam.amazonaws.com", "us-east-1"),
            ("organizations.us-east-1.amazonaws.com", "us-east-1"),
            ("sts.us-east-1.amazonaws.com", "us-east-1"),
        ],
    ),
    (
        "eu-central-1",
        [
            ("iam.amazonaws.com", "us-east-1"),
            ("organizations.us-east-1.amazonaws.com", "us-east-1"),
            ("sts.eu-central-1.amazonaws.com", "eu-central-1"),
        ],
    ),
    (
        "cn-north-1",
        [
            ("iam.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            ("organizations.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"),
            ("sts.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ],
    ),
    (
        "cn-northwest-1",
        [
            ("iam.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            ("organizations.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"),
            ("sts.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"),
        ],
    ),
    (
        "us-gov-east-1",
        [
            ("iam.us-gov.amazonaws.com", "us-gov-west-1"),
            ("organizations.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
            ("sts.us-gov-east-1.amazonaws.com", "us-gov-east-1"),
        ],
    ),
    (
        "eusc-de-east-1",
        [
            ("iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
            ("organizations.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
            ("sts.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
        ],
    ),
];

/// Host and signing region of IAM, Organizations and STS, taken from requests that were sent.
async fn asked(cloud: &AwsCloud, server: &FakeServer) -> Vec<(String, String)> {
    cloud.get_role(&session(), "app").await.unwrap_err();
    cloud.list_accounts(None).await.unwrap_err();
    cloud.caller_identity().await.unwrap_err();
    let asked = server.asked();
    asked.iter().map(|asked| (host(&asked.uri).to_owned(), asked.signing_region().to_owned())).collect()
}

fn host(uri: &str) -> &str {
    uri.strip_prefix("https://").unwrap_or(uri).trim_end_matches('/')
}

#[tokio::test]
async fn every_partition_reaches_its_own_endpoints_with_its_own_signing_regions() {
    for (region, expected) in PARTITIONS {
        let server = FakeServer::saying(400, "");
        let cloud = AwsCloud::new(Connection::new(&server.config(region).build(), Caller::default()));
        assert_eq!(cloud.connection().region(), *region);
        let expected = expected.map(|(host, signing)| (host.to_owned(), signing.to_owned()));
        assert_eq!(asked(&cloud, &server).await, expected, "{region}");
    }
}

#[tokio::test]
async fn fips_and_dual_stack_have_endpoints_of_their_own() {
    let server = FakeServer::saying(400, "");
    let cloud =
        AwsCloud::new(Connection::new(&server.config("us-east-1").use_fips(true).build(), Caller::default()));
    let hosts: Vec<String> = asked(&cloud, &server).await.into_iter().map(|(host, _)| host).collect();
    assert_eq!(
        hosts,
        [
            "iam-fips.amazonaws.com",
            "organizations-fips.us-east-1.amazonaws.com",
            "sts-fips.us-east-1.amazonaws.com"
        ]
    );

    let server = FakeServer::saying(400, "");
    let cloud = AwsCloud::new(Connection::new(
        &server.config("eu-west-1").use_dual_stack(true).build(),
        Caller::default(),
    ));
    let answer = asked(&cloud, &server).await;
    assert_eq!(answer[0], ("iam.global.api.aws".to_owned(), "us-east-1".to_owned()));
    assert_eq!(answer[2], ("sts.eu-west-1.api.aws".to_owned(), "eu-west-1".to_owned()));
}

#[tokio::test]
async fn an_endpoint_of_ones_own_is_signed_for_the_configured_region() {
    let server = FakeServer::saying(400, "");
    let config = server.config("eu-west-1").endpoint_url("http://user:pass@127.0.0.1:5000").build();
    let cloud = AwsCloud::new(Connection::new(&config, Caller::default()));
    for (_, signing) in asked(&cloud, &server).await {
        assert_eq!(signing, "eu-west-1");
    }
    let expected = ["sts", "organizations", "iam"].map(|service| format!("{service} http://127.0.0.1:5000"));
    assert_eq!(cloud.connection().endpoints_overridden(), expected);
}

#[tokio::test]
async fn without_an_override_nothing_is_reported() {
    let server = FakeServer::saying(400, "");
    let config = server.config("us-east-1").retry_config(RetryConfig::standard()).build();
    assert!(Connection::new(&config, Caller::default()).endpoints_overridden().is_empty());
}
