//! AWS's time, from the answers that are AWS's.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use jiff::{SignedDuration, Timestamp};
use rolesweep_connect::testing::{FakeServer, json_error, xml, xml_error};
use rolesweep_scan::ports::Cloud as _;

use super::server::{DetailsPage as _, HasCloud as _, asking, session};

const ME: &str = "<Arn>arn:aws:iam::000000000123:user/me</Arn><Account>000000000123</Account>";

/// A `Date` header that is this many seconds from now.
fn date(seconds: i64) -> String {
    let at = Timestamp::now() + SignedDuration::from_secs(seconds);
    DateTime::from_secs(at.as_second()).fmt(Format::HttpDate).unwrap()
}

fn dated(status: u16, body: String, seconds: i64) -> FakeServer {
    FakeServer::saying(status, body).with_header("date", date(seconds))
}

/// Roughly how far this machine is ahead of this server, in hours, after a call.
async fn hours(server: &FakeServer) -> Option<i64> {
    let cloud = server.cloud();
    let _ = cloud.caller_identity().await;
    cloud.clock().map(|reading| (reading.difference_seconds + 1800).div_euclid(3600))
}

#[tokio::test]
async fn a_clock_that_is_right_ahead_or_behind_is_read_from_an_answer() {
    for (offset, ahead) in [(0, 0), (-7200, 2), (7200, -2)] {
        let server = dated(200, xml("GetCallerIdentity", ME), offset);
        assert_eq!(hours(&server).await, Some(ahead));
    }
    let refused = dated(403, xml_error("SignatureDoesNotMatch", "Signature not yet current"), -7200);
    assert_eq!(hours(&refused).await, Some(2), "a refusal carries AWS's time, too");
}

#[tokio::test]
async fn every_service_is_listened_to_and_the_furthest_counts() {
    let cloud = dated(400, json_error("AccessDeniedException", "no"), -7200).cloud();
    cloud.list_accounts(None).await.unwrap_err();
    assert!(cloud.clock().unwrap().is_off());
    let cloud = dated(403, xml_error("AccessDenied", "no"), -7200).cloud();
    cloud.get_role(&session(), "app").await.unwrap_err();
    assert!(cloud.clock().unwrap().is_off());
    let page = "<IsTruncated>false</IsTruncated><RoleDetailList/>";
    let cloud = dated(200, xml("GetAccountAuthorizationDetails", page), -7200).cloud();
    let _ = cloud.details_page(&session(), asking(true, None, 100)).await;
    assert!(cloud.clock().unwrap().is_off());
}

#[tokio::test]
async fn the_date_of_a_stranger_or_a_cache_does_not_count() {
    let page = || "<html>blocked</html>".to_owned();
    for server in [
        dated(403, page(), -7200).with_header("content-type", "text/html"),
        dated(403, page(), -7200),
        dated(200, page(), -7200).with_header("content-type", "text/html"),
        dated(502, String::new(), -7200),
        dated(200, xml("GetCallerIdentity", ME), -7200).with_header("age", "7200"),
        FakeServer::saying(200, xml("GetCallerIdentity", ME)),
        FakeServer::saying(200, xml("GetCallerIdentity", ME)).with_header("date", "yesterday"),
    ] {
        assert_eq!(hours(&server).await, None);
    }
}
