//! The demo's accounts and OUs: a retailer with a few hundred employees that has bought another
//! one.

use super::DemoFacts;

const FACTS: DemoFacts = DemoFacts::ALL;

/// The OUs by path, each after its parent.
pub(super) const UNITS: [&str; 16] = [
    "Security",
    "Infrastructure",
    "Infrastructure/Network",
    "Infrastructure/Shared Services",
    "Workloads",
    "Workloads/Prod",
    "Workloads/Prod/Commerce",
    "Workloads/Prod/Data",
    "Workloads/Prod/Fulfilment",
    "Workloads/Staging",
    "Workloads/Dev",
    "Workloads/R&D",
    "Sandbox",
    "Suspended",
    "Acquisitions",
    "Acquisitions/Brightleaf",
];

/// An account: id, name, path of its OU, and how many roles its own teams made.
pub(super) struct Row(
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) u32,
);

/// The accounts, in the order of `ListAccounts`, which follows no rule.
pub(super) const ACCOUNTS: [Row; FACTS.accounts] = [
    Row("839120045517", "checkout-prod", "Workloads/Prod/Commerce", 32),
    Row(FACTS.management, "larkfield-management", "", 6),
    Row("605518274413", "network-hub", "Infrastructure/Network", 11),
    Row("398127750146", "warehouse-prod", "Workloads/Prod/Data", 29),
    Row(FACTS.denied[0], "brightleaf-erp", "Acquisitions/Brightleaf", 14),
    Row("206618843970", "checkout-staging", "Workloads/Staging", 14),
    Row(FACTS.caller_account, "security-tooling", "Security", 9),
    Row(FACTS.texts, "catalog-prod", "Workloads/Prod/Commerce", 21),
    Row("312290447708", "ci-cd", "Infrastructure/Shared Services", 24),
    Row(FACTS.not_active[0].0, "old-marketing", "Suspended", 12),
    Row("321477908812", "sandbox-mara", "Sandbox", 6),
    Row(FACTS.largest, "ml-platform-prod", "Workloads/Prod/Data", 0),
    Row(FACTS.leading_zeros[1], "checkout-dev", "Workloads/Dev", 15),
    Row("712265093384", "logistics-prod", "Workloads/Prod/Fulfilment", 23),
    Row(FACTS.fallback, "payments-prod", "Workloads/Prod/Commerce", 0),
    Row("774401185523", "identity", "Infrastructure/Shared Services", 10),
    Row("858274413391", "partner-sftp", "Acquisitions", 4),
    Row("981340672215", "customer-portal-prod", "Workloads/Prod", 27),
    Row(FACTS.empty, "sandbox-empty", "Sandbox", 0),
    Row("605518274425", "dns", "Infrastructure/Network", 5),
    Row(FACTS.unanswered, "data-lake-prod", "Workloads/Prod/Data", 38),
    Row("206618843982", "payments-staging", "Workloads/Staging", 9),
    Row(FACTS.not_active[2].0, "brightleaf-web", "Suspended", 7),
    Row("480115920036", "log-archive", "Security", 4),
    Row(FACTS.formulas, "orders-prod", "Workloads/Prod/Commerce", 26),
    Row("918822014455", "edge", "Infrastructure/Network", 7),
    Row("887456601123", "data-dev", "Workloads/Dev", 12),
    Row(FACTS.list_only, "brightleaf-crm", "Acquisitions/Brightleaf", 5),
    Row("398127750158", "streaming-prod", "Workloads/Prod/Data", 16),
    Row("312290447719", "artifacts", "Infrastructure/Shared Services", 6),
    Row(FACTS.recreated, "research-vision", "Workloads/R&D", 11),
    Row(FACTS.denied[2], "incident-response", "Security", 5),
    Row("664210937764", "search-prod", "Workloads/Prod/Commerce", 18),
    Row(FACTS.not_active[3].0, "apac-pilot", "Workloads/Dev", 0),
    Row("321477908824", "sandbox-jonas", "Sandbox", 5),
    Row("431907725566", "data-staging", "Workloads/Staging", 13),
    Row(FACTS.leading_zeros[0], "pricing-prod", "Workloads/Prod/Commerce", 17),
    Row("712265093396", "carrier-gateway-prod", "Workloads/Prod/Fulfilment", 12),
    Row("774401185538", "observability", "Infrastructure/Shared Services", 14),
    Row(FACTS.denied[1], "brightleaf-legacy", "Acquisitions/Brightleaf", 19),
    Row(FACTS.not_active[1].0, "campaign-2019", "Suspended", 3),
    Row(FACTS.impostors, "sandbox-hackathon-2023", "Sandbox", 9),
    Row("981340672227", "mobile-backend-prod", "Workloads/Prod", 19),
    Row("250963318841", "backup-vault", "Infrastructure/Shared Services", 4),
    Row("887456601135", "mobile-dev", "Workloads/Dev", 8),
];

/// Accounts that were invited and not created. They have no `OrganizationAccountAccessRole`.
pub(super) const INVITED: [&str; 6] = [
    FACTS.denied[0],
    FACTS.denied[1],
    FACTS.list_only,
    FACTS.not_active[2].0,
    "858274413391",
    // Older than the organization.
    "398127750146",
];
