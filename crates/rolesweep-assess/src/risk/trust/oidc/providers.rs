//! OIDC providers: whom each gives tokens, and which claims tell its customers apart.
//!
//! Sources: the IAM user guide, `id_roles_providers_oidc_secure-by-default`, and each provider's
//! own documentation of its tokens for AWS.

/// An OIDC provider.
#[derive(Debug)]
pub(super) struct Provider {
    pub(super) name: &'static str,
    /// The host of its issuer. A `*` stands for any text, and for a Region if it is not the first
    /// character.
    pub(super) host: &'static str,
    /// Whether a path follows the host.
    pub(super) has_path: bool,
    pub(super) kind: Kind,
    /// What it gives tokens to.
    pub(super) subject: &'static str,
    /// What its customers are called.
    pub(super) tenant: &'static str,
    /// The claims that say whom a token is for, the usual one first.
    pub(super) claims: &'static [Claim],
}

/// Whom an issuer gives tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Every customer of the provider.
    Shared,
    /// One customer.
    OneTenant,
    /// One cluster, which belongs to whoever made the provider in IAM.
    Cluster,
    /// Every identity pool of every account, also to users who did not sign in.
    IdentityPools,
}

/// A claim of a token.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) name: &'static str,
    /// The forms of its values: `<tenant>` and `<project>` stand for the parts that tell customers
    /// and their projects apart, and the character after each for what ends it.
    pub(super) forms: &'static [&'static str],
}

const fn claim(name: &'static str, forms: &'static [&'static str]) -> Claim {
    Claim { name, forms }
}

/// A value that is one project, user or workload if it has no wildcards.
const ONE: &[&str] = &["<project>\n"];
/// A value that is one tenant if it has no wildcards.
const TENANT: &[&str] = &["<tenant>\n"];
/// A value of which nothing is known.
const PLAIN: &[Claim] = &[claim("sub", ONE)];

const GITHUB: &[Claim] = &[
    claim(
        "sub",
        &[
            "repo:<tenant>/<project>:",
            "repository_owner:<tenant>:",
            "repository_owner_id:<tenant>:",
            "repository_id:<project>:",
            "enterprise:<tenant>:",
            "enterprise_id:<tenant>:",
        ],
    ),
    claim("repository", &["<tenant>/<project>\n"]),
    claim("repository_id", ONE),
    claim("repository_owner", TENANT),
    claim("repository_owner_id", TENANT),
    claim("enterprise", TENANT),
    claim("enterprise_id", TENANT),
    // A workflow in a public repository can be called from any repository.
    claim("job_workflow_ref", &["<tenant>/"]),
];

const TERRAFORM: &[Claim] = &[claim("sub", &["organization:<tenant>:project:<project>:"])];
const VERCEL: &[Claim] = &[claim("aud", ONE), claim("sub", &["owner:<tenant>:project:<project>:"])];

/// A row: the name, the host, whether a path follows, the kind, what gets tokens, what customers
/// are called, and the claims.
const fn row(
    (name, host, has_path): (&'static str, &'static str, bool),
    kind: Kind,
    (subject, tenant): (&'static str, &'static str),
    claims: &'static [Claim],
) -> Provider {
    Provider { name, host, has_path, kind, subject, tenant, claims }
}

pub(super) const PROVIDERS: &[Provider] = {
    use Kind::{Cluster, IdentityPools, OneTenant, Shared};
    const PATH: bool = true;
    const HOST: bool = false;
    &[
        row(
            ("GitHub", "token.actions.githubusercontent.com", HOST),
            Shared,
            ("repository", "organization"),
            GITHUB,
        ),
        row(
            ("GitHub", "token.actions.githubusercontent.com", PATH),
            OneTenant,
            ("repository", "enterprise"),
            GITHUB,
        ),
        row(
            ("GitLab", "gitlab.com", HOST),
            Shared,
            ("project", "group"),
            &[claim("sub", &["project_path:<tenant>/<project>:"])],
        ),
        row(
            ("CircleCI", "oidc.circleci.com", PATH),
            OneTenant,
            ("project", "organization"),
            &[claim("sub", &["org/<tenant>/project/<project>/"])],
        ),
        row(("HCP Terraform", "app.terraform.io", HOST), Shared, ("workspace", "organization"), TERRAFORM),
        row(("HCP Terraform", "app.eu.terraform.io", HOST), Shared, ("workspace", "organization"), TERRAFORM),
        row(
            ("HashiCorp Cloud Platform", "idp.hashicorp.com", PATH),
            OneTenant,
            ("workload", "organization"),
            PLAIN,
        ),
        row(
            ("Buildkite", "agent.buildkite.com", HOST),
            Shared,
            ("pipeline", "organization"),
            &[claim("sub", &["organization:<tenant>:pipeline:<project>:"])],
        ),
        row(
            ("Bitbucket", "api.bitbucket.org", PATH),
            OneTenant,
            ("repository", "workspace"),
            &[claim("sub", &["<project>:"])],
        ),
        row(("Vercel", "oidc.vercel.com", HOST), Shared, ("project", "team"), VERCEL),
        row(("Vercel", "oidc.vercel.com", PATH), OneTenant, ("project", "team"), VERCEL),
        row(
            ("Pulumi Cloud", "api.pulumi.com", PATH),
            Shared,
            ("project", "organization"),
            &[claim("aud", ONE), claim("sub", &["pulumi:deploy:org:<tenant>:project:<project>:"])],
        ),
        row(("Sandboxes", "sandboxes.cloud", HOST), Shared, ("sandbox", "customer"), &[claim("aud", ONE)]),
        row(("Sandboxes", "*.sandboxes.cloud", HOST), Shared, ("sandbox", "customer"), &[claim("aud", ONE)]),
        row(
            ("Scalr", "scalr.io", HOST),
            Shared,
            ("workspace", "account"),
            &[claim("sub", &["account:<tenant>:environment:<project>:"])],
        ),
        row(
            ("Codefresh", "oidc.codefresh.io", HOST),
            Shared,
            ("pipeline", "account"),
            &[claim("sub", &["account:<tenant>:pipeline:<project>:"])],
        ),
        row(
            ("Fly.io", "oidc.fly.io", PATH),
            OneTenant,
            ("app", "organization"),
            &[claim("sub", &["<tenant>:<project>:"])],
        ),
        row(
            ("Semaphore", "*.semaphoreci.com", HOST),
            OneTenant,
            ("project", "organization"),
            &[claim("sub", &["org:<tenant>:project:<project>:"])],
        ),
        row(("Spacelift", "*.app.spacelift.io", HOST), OneTenant, ("stack", "account"), PLAIN),
        row(
            ("Harness", "app.harness.io", PATH),
            OneTenant,
            ("pipeline", "account"),
            &[claim("sub", &["account/<tenant>:org/<tenant>:project/<project>\n"])],
        ),
        row(
            ("Amazon Cognito identity pools", "cognito-identity*.amazonaws.com", HOST),
            IdentityPools,
            ("user", "identity pool"),
            &[claim("aud", TENANT), claim("sub", ONE)],
        ),
        row(
            ("Amazon Cognito identity pools", "cognito-identity*.amazonaws.com.cn", HOST),
            IdentityPools,
            ("user", "identity pool"),
            &[claim("aud", TENANT), claim("sub", ONE)],
        ),
        row(
            ("Amazon Cognito user pool", "cognito-idp.*.amazonaws.com", PATH),
            OneTenant,
            ("user", "user pool"),
            PLAIN,
        ),
        row(
            ("Amazon Cognito user pool", "cognito-idp.*.amazonaws.com.cn", PATH),
            OneTenant,
            ("user", "user pool"),
            PLAIN,
        ),
        row(
            ("Google", "accounts.google.com", HOST),
            Shared,
            ("user", "application"),
            &[claim("aud", TENANT), claim("azp", TENANT), claim("sub", ONE), claim("email", ONE)],
        ),
        row(
            ("Login with Amazon", "www.amazon.com", HOST),
            Shared,
            ("user", "application"),
            &[claim("app_id", TENANT), claim("user_id", ONE)],
        ),
        row(
            ("Facebook", "graph.facebook.com", HOST),
            Shared,
            ("user", "application"),
            &[claim("app_id", TENANT), claim("id", ONE)],
        ),
        row(("Microsoft Entra", "sts.windows.net", PATH), OneTenant, ("identity", "tenant"), PLAIN),
        row(("Microsoft Entra", "login.microsoftonline.com", PATH), OneTenant, ("identity", "tenant"), PLAIN),
        row(("Okta", "*.okta.com", HOST), OneTenant, ("user", "organization"), PLAIN),
        row(("Okta", "*.okta.com", PATH), OneTenant, ("user", "organization"), PLAIN),
        row(("Auth0", "*.auth0.com", HOST), OneTenant, ("user", "tenant"), PLAIN),
        row(("AWS STS", "*.tokens.sts.global.api.aws", HOST), OneTenant, ("role", "account"), PLAIN),
        row(("Amazon EKS", "oidc.eks.*.amazonaws.com", PATH), Cluster, ("pod", "cluster"), PLAIN),
        row(("Amazon EKS", "oidc.eks.*.amazonaws.com.cn", PATH), Cluster, ("pod", "cluster"), PLAIN),
        row(("Amazon EKS", "oidc-eks.*.api.aws", PATH), Cluster, ("pod", "cluster"), PLAIN),
        row(
            ("Amazon EKS", "oidc-eks.*.api.amazonwebservices.com.cn", PATH),
            Cluster,
            ("pod", "cluster"),
            PLAIN,
        ),
        row(("Amazon EKS", "oidc.eks.*.amazonaws.eu", PATH), Cluster, ("pod", "cluster"), PLAIN),
        row(
            ("Google Kubernetes Engine", "container.googleapis.com", PATH),
            Cluster,
            ("pod", "cluster"),
            PLAIN,
        ),
        row(
            ("Azure Kubernetes Service", "*.oic.prod-aks.azure.com", PATH),
            Cluster,
            ("pod", "cluster"),
            PLAIN,
        ),
        row(("OpenShift", "rh-oidc.s3.us-east-1.amazonaws.com", PATH), Cluster, ("pod", "cluster"), PLAIN),
        row(("OpenShift", "oidc.op1.openshiftapps.com", PATH), Cluster, ("pod", "cluster"), PLAIN),
    ]
};

/// The provider of an issuer, which is its URL without `https://`.
pub(super) fn provider(issuer: &str) -> Option<&'static Provider> {
    let issuer = issuer.trim_end_matches('/').to_ascii_lowercase();
    let (host, path) = issuer.split_once('/').unwrap_or((&issuer, ""));
    PROVIDERS.iter().find(|provider| provider.has_path != path.is_empty() && fits(provider.host, host))
}

fn fits(pattern: &str, host: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == host,
        Some((first, last)) => {
            let between = host.strip_prefix(first).and_then(|rest| rest.strip_suffix(last));
            // A Region has no dots. A bucket may have some, and its domain ends like AWS's others.
            between.is_some_and(|between| first.is_empty() || !between.contains('.'))
        }
    }
}
