//! The kinds of trust policies that AWS's documentation shows, each named for its page.

use super::*;

#[test]
fn trust_policies_as_aws_documents_them() {
    for (page, statements, word) in [
        ("principal: an account by its digits", r#"{ALLOW,"Principal":{"AWS":"222222222222"}}"#, "org"),
        (
            "principal: several accounts",
            r#"{ALLOW,"Principal":{"AWS":["arn:aws:iam::222222222222:root","999999999999"]}}"#,
            "org",
        ),
        (
            "principal: a role",
            r#"{ALLOW,"Principal":{"AWS":"arn:aws:iam::111111111111:role/name"}}"#,
            "local",
        ),
        (
            "principal: a role session",
            r#"{ALLOW,"Principal":{"AWS":"arn:aws:sts::222222222222:assumed-role/name/session"}}"#,
            "org",
        ),
        ("principal: a user", r#"{ALLOW,"Principal":{"AWS":"arn:aws:iam::222222222222:user/name"}}"#, "org"),
        (
            "principal: services",
            r#"{ALLOW,"Principal":{"Service":["ecs.amazonaws.com","elasticloadbalancing.amazonaws.com"]}}"#,
            "local",
        ),
        ("principal: everyone", r#"{ALLOW,"Principal":"*"}"#, "public"),
        (
            "everyone of an organization",
            r#"{ALLOW,"Principal":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-exampleorgid"}}}"#,
            "org",
        ),
        (
            "everyone of an OU",
            r#"{ALLOW,"Principal":"*","Condition":{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":["o-exampleorgid/r-ab12/ou-ab12-11111111/*"]}}}"#,
            "org",
        ),
        (
            "a third party with an external id",
            r#"{ALLOW,"Principal":{"AWS":"666666666666"},"Condition":{"StringEquals":{"sts:ExternalId":"12345"}}}"#,
            "external-bound",
        ),
        ("a third party without one", r#"{ALLOW,"Principal":{"AWS":"666666666666"}}"#, "external-open"),
        (
            "another account with MFA",
            r#"{ALLOW,"Principal":{"AWS":"222222222222"},"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#,
            "org",
        ),
        (
            "a service for one resource",
            r#"{ALLOW,"Principal":{"Service":"states.amazonaws.com"},"Condition":{"StringEquals":{"aws:SourceAccount":"111111111111"},"ArnLike":{"aws:SourceArn":"arn:aws:states:*:111111111111:*"}}}"#,
            "local",
        ),
        (
            "SAML with its audience",
            r#"{SAML,"Principal":{"Federated":"arn:aws:iam::111111111111:saml-provider/name"},"Condition":{"StringEquals":{"saml:aud":"https://signin.aws.amazon.com/saml"}}}"#,
            "local",
        ),
        (
            "SAML with tags",
            r#"{"Effect":"Allow","Action":["sts:AssumeRoleWithSAML","sts:TagSession"],"Principal":{"Federated":"arn:aws:iam::111111111111:saml-provider/name"},"Condition":{"StringLike":{"aws:RequestTag/team":"*"}}}"#,
            "local",
        ),
        (
            "Login with Amazon",
            r#"{WEB,"Principal":{"Federated":"www.amazon.com"},"Condition":{"StringEquals":{"www.amazon.com:app_id":"amzn1.application-oa2-123"}}}"#,
            "external-bound",
        ),
        (
            "Facebook",
            r#"{WEB,"Principal":{"Federated":"graph.facebook.com"},"Condition":{"StringEquals":{"graph.facebook.com:app_id":"111222"}}}"#,
            "external-bound",
        ),
        (
            "Google",
            r#"{WEB,"Principal":{"Federated":"accounts.google.com"},"Condition":{"StringEquals":{"accounts.google.com:aud":"66677788899900pro0"}}}"#,
            "external-bound",
        ),
        (
            "Cognito, users who sign in",
            r#"{WEB,"Principal":{"Federated":"cognito-identity.amazonaws.com"},"Condition":{"StringEquals":{"cognito-identity.amazonaws.com:aud":"us-east-2:1234"},"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"authenticated"}}}"#,
            "external-bound",
        ),
        (
            "Cognito, users who do not",
            r#"{WEB,"Principal":{"Federated":"cognito-identity.amazonaws.com"},"Condition":{"StringEquals":{"cognito-identity.amazonaws.com:aud":"us-east-2:1234"},"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"unauthenticated"}}}"#,
            "public",
        ),
        (
            "GitHub, a repository",
            r#"{WEB,"Principal":{"Federated":"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"},"Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:sub":"repo:acme/app:ref:refs/heads/main"}}}"#,
            "local",
        ),
        (
            "GitHub, an organization",
            r#"{WEB,"Principal":{"Federated":"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"},"Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:acme/*"}}}"#,
            "external-bound",
        ),
        (
            "a service account of EKS",
            r#"{WEB,"Principal":{"Federated":"arn:aws:iam::111111111111:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0A1B"},"Condition":{"StringEquals":{"oidc.eks.eu-west-1.amazonaws.com/id/0A1B:sub":"system:serviceaccount:ns:name","oidc.eks.eu-west-1.amazonaws.com/id/0A1B:aud":"sts.amazonaws.com"}}}"#,
            "local",
        ),
        (
            "EKS Pod Identity",
            r#"{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Principal":{"Service":"pods.eks.amazonaws.com"}}"#,
            "local",
        ),
        (
            "IAM Roles Anywhere",
            r#"{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"],"Principal":{"Service":"rolesanywhere.amazonaws.com"},"Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:rolesanywhere:eu-west-1:111111111111:trust-anchor/0a1b"}}}"#,
            "local",
        ),
        (
            "a role that trusts itself",
            r#"{ALLOW,"Principal":{"AWS":"111111111111"},"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/name"}}}"#,
            "local",
        ),
        (
            "one user by id, after deletion",
            r#"{ALLOW,"Principal":{"AWS":"AIDAJQABLZS4A3QDU576Q"}}"#,
            "nobody",
        ),
    ] {
        let trust = judged(statements);
        assert_eq!(trust.as_str(), word, "{page}\n{:#?}", trust.evidence);
    }
}
