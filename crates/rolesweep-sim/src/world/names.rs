//! Believable names for generated roles, and the way back from a name to its number.

/// Names that teams give their services.
const SERVICES: [&str; 64] = [
    "account-closure",
    "address-lookup",
    "alerting",
    "analytics",
    "api-gateway",
    "asset-store",
    "auth",
    "backoffice",
    "basket",
    "batch-export",
    "billing",
    "carrier-sync",
    "catalog",
    "checkout",
    "chat-bot",
    "click-stream",
    "consent",
    "content",
    "coupons",
    "crm-bridge",
    "customer-portal",
    "data-quality",
    "delivery-slots",
    "devices",
    "discounts",
    "edge-cache",
    "email-relay",
    "erp-sync",
    "events",
    "experiments",
    "exports",
    "feature-flags",
    "forecast",
    "fraud-score",
    "gift-cards",
    "image-resize",
    "inventory",
    "invoicing",
    "ledger",
    "loyalty",
    "mobile-api",
    "notifications",
    "order-intake",
    "order-history",
    "partner-feed",
    "payments",
    "payouts",
    "pricing",
    "product-search",
    "ranking",
    "recommender",
    "refunds",
    "reporting",
    "returns",
    "reviews",
    "routing",
    "sessions",
    "settlements",
    "sms-gateway",
    "stock-alerts",
    "store-locator",
    "tax-engine",
    "vouchers",
    "warehouse",
];

/// The purposes of their roles.
const KINDS: [&str; 12] = [
    "task",
    "lambda",
    "worker",
    "deploy",
    "readonly",
    "ci",
    "instance",
    "migration",
    "scheduler",
    "backup",
    "state-machine",
    "glue-job",
];

const COMBINATIONS: u32 = 768;
/// Scatters neighbouring numbers over services and kinds; coprime to the number of combinations.
const SCATTER: u32 = 475;
/// `SCATTER`'s inverse modulo the number of combinations.
const GATHER: u32 = 595;

/// The name of the generated role with this number, and its kind. No two numbers share a name.
pub(crate) fn role_name(number: u32) -> (String, usize) {
    let scattered = (number % COMBINATIONS) * SCATTER % COMBINATIONS;
    let (service, kind) = (scattered as usize / KINDS.len(), scattered as usize % KINDS.len());
    let round = number / COMBINATIONS;
    let name = if round == 0 {
        format!("{}-{}", SERVICES[service], KINDS[kind])
    } else {
        format!("{}-{}-{}", SERVICES[service], KINDS[kind], round + 1)
    };
    (name, kind)
}

/// The number of the generated role with this name.
pub(crate) fn role_number(name: &str) -> Option<u32> {
    let (base, round) = match name.rsplit_once('-') {
        Some((base, digits)) if digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.is_empty() => {
            (base, digits.parse::<u32>().ok()?.checked_sub(1)?)
        }
        _ => (name, 0),
    };
    let scattered = SERVICES.iter().enumerate().find_map(|(service, known)| {
        let kind = base.strip_prefix(known)?.strip_prefix('-')?;
        let kind = KINDS.iter().position(|&known| known == kind)?;
        u32::try_from(service * KINDS.len() + kind).ok()
    })?;
    let number = round.checked_mul(COMBINATIONS)?.checked_add(scattered * GATHER % COMBINATIONS)?;
    // "x-01" and "x-1" are not names that were generated.
    (role_name(number).0 == name).then_some(number)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_lead_back() {
        assert_eq!(SERVICES.len() * KINDS.len(), COMBINATIONS as usize);
        assert_eq!(SCATTER * GATHER % COMBINATIONS, 1);
        let mut seen = HashSet::new();
        for number in 0..5000 {
            let (name, _) = role_name(number);
            assert!(name.len() <= 64);
            assert_eq!(role_number(&name), Some(number), "{name}");
            assert!(seen.insert(name));
        }
    }

    #[test]
    fn other_names_find_nothing() {
        for name in [
            "",
            "auth",
            "auth-",
            "auth-task-1",
            "auth-task-02",
            "auth-tasks",
            "AUTH-task",
            "auth-task-0",
            "auth-task-99999999999",
        ] {
            assert_eq!(role_number(name), None, "{name}");
        }
    }
}
