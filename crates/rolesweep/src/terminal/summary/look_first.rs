//! The findings to look at first, a line for each family of roles.

use rolesweep_assess::risk::Severity;
use rolesweep_assess::risk::privilege::PrivilegeLevel;
use rolesweep_assess::risk::trust::TrustLevel;
use rolesweep_report::{Summary, WorstFindings};

use super::stands_out::Shown;
use crate::terminal::lines::Lines;
use crate::terminal::printer::{paint, style};
use crate::terminal::text;

const HEADING: &str = "Look at these first";

/// The columns of each part, and of the roles at least and at most.
const SEVERITY: usize = 10;
const FEWEST: usize = 24;
const ROLES: usize = 60;
/// From this width on, the roles have room for the id of an exemption.
const WITH_ID: usize = 40;
const PRIVILEGE: usize = 22;
const TRUST: usize = 18;

pub(super) fn write(out: &mut Lines, report: &Summary, most: &Shown) {
    if report.worst.is_empty() {
        return;
    }
    let shown = report.worst.iter().take(most.worst);
    let rest = 2 + SEVERITY + 2 + PRIVILEGE + TRUST;
    let Some(width) = out.width.checked_sub(rest).filter(|width| *width >= FEWEST) else {
        out.line(&paint(style::HEADING, HEADING));
        shown.for_each(|worst| on_two_lines(out, worst));
        return out.end_block();
    };
    let width = width.min(ROLES);
    let names = format!("{:PRIVILEGE$}it trusts", "the role");
    let heading = text::padded(&paint(style::HEADING, HEADING), 2 + SEVERITY + width + 2);
    out.line(&format!("{heading}{}", paint(style::DIM, names)));
    for worst in shown {
        let roles = text::padded(&roles(worst, width), width);
        let privilege = text::padded(privilege(worst), PRIVILEGE);
        out.line(&format!("  {}{roles}  {privilege}{}", severity(worst), trust(worst)));
    }
    out.end_block();
}

/// A line on a terminal that is too narrow for it.
fn on_two_lines(out: &mut Lines, worst: &WorstFindings) {
    let indent = 2 + SEVERITY;
    out.line(&format!("  {}{}", severity(worst), roles(worst, out.width.saturating_sub(indent))));
    out.line(&format!("{:indent$}{}; trusts {}", "", privilege(worst), trust(worst)));
}

fn severity(worst: &WorstFindings) -> String {
    text::padded(&paint(tone(worst.severity), worst.severity.as_str()), SEVERITY)
}

/// The account and the role, or the family and how many roles. Names that are too long are cut, but
/// neither the account nor the number is lost, nor that they are exempt.
fn roles(worst: &WorstFindings, width: usize) -> String {
    let name = text::one_line(&worst.name);
    let exempt = match &worst.exemption {
        None => String::new(),
        Some(_) if width < WITH_ID => " (exempt)".to_owned(),
        Some(id) => format!(" (exempt: {})", text::cut(&text::one_line(id), width / 4)),
    };
    let width = width.saturating_sub(exempt.chars().count());
    if worst.roles == 1 {
        // The names of accounts differ at their beginning, and those of roles in the middle or end.
        let room = width.saturating_sub(name.chars().count() + 2).max(width / 2);
        let account = text::cut(&text::one_line(&worst.account), room);
        return text::cut(&format!("{account}: {name}"), width) + &exempt;
    }
    let count = format!(", {}", text::count(worst.roles, "role"));
    let room = width.saturating_sub(count.len());
    format!("{}{count}{exempt}", text::cut(&name, room))
}

/// What the role may do, in a few words.
fn privilege(worst: &WorstFindings) -> &'static str {
    match worst.privilege {
        PrivilegeLevel::Admin => "administrator",
        PrivilegeLevel::Escalate => "can gain more rights",
        PrivilegeLevel::EscalateDependent => "may gain more rights",
        PrivilegeLevel::Data => "reads or deletes data",
        PrivilegeLevel::DataScoped if worst.privilege_is_unknown => "reads data or more",
        PrivilegeLevel::DataScoped => "reads some data",
        PrivilegeLevel::Change if worst.privilege_is_unknown => "makes changes or more",
        PrivilegeLevel::Change => "makes changes",
        PrivilegeLevel::ReadOnly | PrivilegeLevel::None if worst.privilege_is_unknown => "is not known",
        PrivilegeLevel::ReadOnly => "reads settings",
        PrivilegeLevel::None => "may do nothing",
    }
}

fn trust(worst: &WorstFindings) -> &'static str {
    if worst.trust_is_unknown {
        return "not known";
    }
    match worst.trust {
        TrustLevel::Public => "anyone",
        TrustLevel::ExternalOpen => "an outside account",
        TrustLevel::ExternalBound => "a limited outsider",
        TrustLevel::MembershipUnknown => "maybe an outsider",
        TrustLevel::Org => "the organization",
        TrustLevel::Local => "its account",
        TrustLevel::Nobody => "nobody",
    }
}

fn tone(severity: Severity) -> anstyle::Style {
    match severity {
        Severity::Critical => style::BAD,
        Severity::Unknown | Severity::High => style::WARN,
        Severity::Medium | Severity::Low => anstyle::Style::new(),
    }
}
