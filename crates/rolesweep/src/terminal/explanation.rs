//! An explanation of one role, for people.

use rolesweep_assess::rules::rule;
use rolesweep_report::Explanation;

use crate::terminal::lines::Lines;
use crate::terminal::printer::{paint, style};
use crate::terminal::text;

/// The explanation with colours.
pub(crate) fn explanation(role: &Explanation, width: usize) -> String {
    let mut out = Lines::new(width);
    out.line(&paint(style::HEADING, text::one_line(&role.role_arn)));
    out.end_block();
    heading(&mut out, role);
    status(&mut out, role);
    disposition(&mut out, role);
    risk(&mut out, role);
    off_the_list(&mut out, role);
    let mut shown = out.finish().trim_start().to_owned();
    shown.push('\n');
    shown
}

fn heading(out: &mut Lines, role: &Explanation) {
    let account = role.account_name.as_deref().map(|name| format!(" ({})", text::one_line(name)));
    let ou = role.ou_path.as_deref().map(|path| format!(", in {}", text::one_line(path)));
    out.labelled("Role id", &role.role_id);
    out.labelled(
        "Account",
        &format!("{}{}{}", role.account_id, account.unwrap_or_default(), ou.unwrap_or_default()),
    );
    out.labelled("As of", &format!("{}; scan {}", role.as_of, role.scan));
    out.end_block();
}

fn status(out: &mut Lines, role: &Explanation) {
    out.labelled("Status", &paint(style::HEADING, role.status.status));
    role.status.because.iter().for_each(|line| out.unlabelled(&text::one_line(line)));
    out.end_block();
    if let Some((first, rest)) = role.history.as_ref().and_then(|history| history.because.split_first()) {
        out.labelled("History", first);
        rest.iter().for_each(|line| out.unlabelled(line));
        out.end_block();
    }
}

fn disposition(out: &mut Lines, role: &Explanation) {
    let disposition = &role.disposition;
    let reason = match disposition.reason.as_str() {
        "" => String::new(),
        reason => format!(": {}", text::one_line(reason)),
    };
    out.labelled("Disposition", &format!("{}{reason}", paint(style::HEADING, disposition.disposition)));
    if let (Some(code), Some(source)) = (disposition.protected_by, disposition.source) {
        out.unlabelled(&format!("protected by the rule {code} ({source})"));
    }
    match &disposition.exemption {
        Some(exemption) => {
            let holds = if exemption.in_force { "holds until" } else { "ended at" };
            let ticket = exemption.ticket.iter().map(|ticket| format!(" ({})", text::one_line(ticket)));
            out.unlabelled(&format!(
                "the exemption of {} {holds} {}: owner {}, approved by {} on {}{}, because: {}",
                text::one_line(&exemption.names),
                exemption.expires,
                text::one_line(&exemption.owner),
                text::one_line(&exemption.approved_by),
                exemption.approved_on,
                ticket.collect::<String>(),
                text::one_line(&exemption.reason)
            ));
        }
        None if disposition.protected_by.is_none() => {
            out.unlabelled("no rule protects it, and no exemption covers it");
        }
        None => {}
    }
    out.end_block();
}

fn risk(out: &mut Lines, role: &Explanation) {
    let Some(risk) = &role.risk else {
        out.labelled("Trust", &trust(role));
        out.end_block();
        return;
    };
    let at_least = |word: &str, at_least: &str| match word == at_least {
        true => paint(style::HEADING, word),
        false => format!("{}, and at least {at_least}", paint(style::HEADING, word)),
    };
    let severity = at_least(risk.severity, risk.severity_at_least);
    let raised = match risk.severity_is_raised {
        true => ": one step higher, because it is in the management account",
        false => "",
    };
    out.labelled("Severity", &format!("{severity}{raised}; confidence {}", risk.confidence));
    out.end_block();
    let codes = |codes: String| if codes.is_empty() { codes } else { format!(" ({codes})") };
    let privilege = at_least(risk.privilege, risk.privilege_at_least);
    out.labelled("Privilege", &format!("{privilege}{}", codes(risk.privilege_codes.join(", "))));
    risk.privilege_evidence.iter().for_each(|line| out.unlabelled(&text::one_line(line)));
    out.end_block();
    out.labelled(
        "Trust",
        &format!("{}{}", paint(style::HEADING, risk.trust_level), codes(risk.trust_codes.join(", "))),
    );
    out.unlabelled(&trust(role));
    risk.trust_evidence.iter().for_each(|line| out.unlabelled(&text::one_line(line)));
    if !risk.external_accounts.is_empty() {
        out.unlabelled(&format!("outside accounts: {}", text::one_line(&risk.external_accounts.join(", "))));
    }
    out.end_block();
}

fn trust(role: &Explanation) -> String {
    match role.trust.as_str() {
        "" => "AWS sent no trust policy, so nobody knows who can assume it".to_owned(),
        "nobody" => "its trust policy allows nobody to assume it".to_owned(),
        "unreadable" => "its trust policy is not a valid policy document".to_owned(),
        trust => format!("its trust policy lets these assume it: {}", text::one_line(trust)),
    }
}

fn off_the_list(out: &mut Lines, role: &Explanation) {
    if role.listed {
        out.line("It leaves the list if one of these is true:");
    }
    let bullet = if role.listed { "- " } else { "" };
    for way in &role.off_the_list {
        out.line(&text::wrap(&format!("{bullet}{}", text::one_line(&way.what)), out.width, bullet.len()));
        // It is pasted, so it is not wrapped.
        for line in way.configuration.iter().flat_map(|lines| lines.lines()) {
            out.line(&format!("      {}", text::one_line(line)));
        }
    }
    out.end_block();
    let codes: Vec<String> = role
        .rule
        .into_iter()
        .map(str::to_owned)
        .chain(role.risk.iter().flat_map(|risk| risk.privilege_codes.iter().cloned()))
        .chain(role.risk.iter().flat_map(|risk| risk.trust_codes.iter().map(|code| (*code).to_owned())))
        .filter(|code| rule(code).is_some())
        .map(|code| text::unbroken(&format!("`rolesweep rules {code}`")))
        .collect();
    if !codes.is_empty() {
        out.line(&text::wrap(&format!("How to check and remedy it: {}", codes.join(", ")), out.width, 0));
    }
}
