//! Flags over environment over file over defaults. Pure: what is outside comes in through [`Inputs`].

use std::collections::BTreeSet;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rolesweep_assess::Threshold;
use rolesweep_model::AccountId;

use super::checks::OuSelector;
use super::environment::{self, Environment};
use super::errors::{ConfigErrors, Fault, Mistake, Mistakes, Place, unread};
use super::file::{self, Expiry, FileLayer, Placed};
use super::flags::Flags;
use super::keys::Setting;
use super::layer::{Layer, Origin, Sourced};
use super::settings::{
    AssessSettings, CollectSettings, Color, Include, LogFormat, OutputSettings, Settings, Target,
    TerminalSettings,
};
use super::source::SourceText;
use super::value::{Kind, Value};
use super::view::View;
use super::{DEFAULT, DEFAULT_NAME, accounts_file, duration};

/// A configuration file as it was found.
pub struct ConfigFile {
    /// Its name for messages. Paths in the file are relative to its folder.
    pub path: PathBuf,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Whether others than its owner may read it.
    pub readable_by_others: bool,
}

/// What settings are made of.
pub struct Inputs<'a> {
    /// The command line.
    pub flags: Flags,
    /// The environment.
    pub environment: Environment,
    /// The configuration file, where there is one.
    pub file: Option<ConfigFile>,
    /// The time of the run.
    pub now: Timestamp,
    /// Reads another file that a setting names.
    pub read: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>,
}

/// Settles every setting, or says everything that is wrong.
pub fn resolve(inputs: &Inputs<'_>) -> Result<Settings, ConfigErrors> {
    let mut mistakes = Mistakes::default();
    let mut warnings = environment::unknown(&inputs.environment);
    let mut view = View::default();
    let _ = add_file(&mut view, Path::new(DEFAULT_NAME), DEFAULT.as_bytes(), &mut mistakes);
    let mut accepted = None;
    if let Some(file) = &inputs.file {
        accepted = add_file(&mut view, &file.path, &file.bytes, &mut mistakes);
        warnings.extend(exposed_secret(&view, file));
    }
    view.values.overlay(environment::read(&inputs.environment, &mut mistakes.kept));
    view.values.overlay(inputs.flags.read(&mut mistakes.kept));

    let judged_at = judged_at(&inputs.flags, &inputs.environment, inputs.now);
    if let Some((source, expiries)) = accepted {
        mistakes.add(far_ends(&source, expiries, &view, inputs.now.max(judged_at)));
    }
    one_selection(&mut view.values);
    one_voice(&mut view.values, &mut mistakes.kept);
    let mut accounts: BTreeSet<AccountId> = accounts(&view, Setting::Accounts);
    if let Some(path) = view.path(Setting::AccountsFile) {
        accounts.extend(listed_accounts(&path, &view, inputs, &mut mistakes));
    }
    match ConfigErrors::gather(mistakes) {
        Some(errors) => Err(errors),
        None => Ok(settle(view, accounts, warnings)),
    }
}

/// The instant that `--as-of` or its variable names, else `now`.
pub(crate) fn judged_at(flags: &Flags, environment: &Environment, now: Timestamp) -> Timestamp {
    let mut told_elsewhere = Vec::new();
    let mut values = environment::read(environment, &mut told_elsewhere);
    values.overlay(flags.read(&mut told_elsewhere));
    match values.get(Setting::AsOf).map(|sourced| &sourced.value) {
        Some(Value::Instant(instant)) => *instant,
        _ => now,
    }
}

/// What is accepted for longer than the settings allow, from this instant on. It is the time of the run, or `--as-of` if that is later, and never an older
/// scan's: so a file that was sound once stays sound, and an older scan can be reported on again with the file of then or of now.
fn far_ends(source: &SourceText, expiries: Vec<Expiry>, view: &View, from: Timestamp) -> Mistakes {
    let mut mistakes = Mistakes::default();
    let limit = view.seconds(Setting::MaxAcceptance).unwrap_or_default();
    let day = |instant: Timestamp| instant.to_zoned(TimeZone::UTC).date();
    let Ok(last) = from.checked_add(SignedDuration::from_secs(limit)).map(day) else { return mistakes };
    for Expiry { span, field, end } in expiries {
        // Dates count through the end of their day, and so does the limit.
        if day(end.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(end)) > last {
            mistakes.note(|| {
                let written = source.text().get(span.clone()).unwrap_or_default().trim_matches(['"', '\'']);
                let allowed = duration::display(limit);
                let fault = Fault::new(format!("{field}: `{written}` is more than {allowed} ahead")).hint(format!(
                    "write {last} or a day before it, and have it approved again when it ends; `max_acceptance` under [assess] sets the limit"
                ));
                Mistake::new(source.place(span.start), fault)
            });
        }
    }
    mistakes
}

/// Lays a file's values over what is there, and gives the ends of what it accepts.
fn add_file(
    view: &mut View,
    path: &Path,
    bytes: &[u8],
    mistakes: &mut Mistakes,
) -> Option<(SourceText, Vec<Expiry>)> {
    let source = match SourceText::decode(path, bytes) {
        Ok(source) => source,
        Err(mistake) => {
            mistakes.kept.push(mistake);
            return None;
        }
    };
    let (FileLayer { values, rules, exemptions, gaps, expiries }, found) = file::read(&source);
    mistakes.add(found);
    let built_in = path == Path::new(DEFAULT_NAME);
    let origin = |line| if built_in { Origin::Default } else { Origin::File { path: path.to_owned(), line } };
    let mut layer = Layer::default();
    for (setting, Placed { value, line, .. }) in values {
        layer.set(setting, relative_to(path, setting, value), origin(line));
    }
    view.values.overlay(layer);
    view.rules.extend(sourced(rules, &origin));
    view.exemptions.extend(sourced(exemptions, &origin));
    view.gaps.extend(sourced(gaps, &origin));
    Some((source, expiries))
}

fn sourced<T>(placed: Vec<Placed<T>>, origin: &impl Fn(usize) -> Origin) -> Vec<Sourced<T>> {
    placed.into_iter().map(|placed| Sourced { value: placed.value, origin: origin(placed.line) }).collect()
}

/// A path in a file counts from that file's folder; where `-` is special, it is no path.
fn relative_to(file: &Path, setting: Setting, value: Value) -> Value {
    let dash = matches!(setting.key().kind, Kind::Path { dash: true });
    match (value, file.parent()) {
        (Value::Path(path), Some(folder)) if !(dash && path == Path::new("-")) => {
            Value::Path(folder.join(path))
        }
        (value, _) => value,
    }
}

fn exposed_secret(view: &View, file: &ConfigFile) -> Option<Mistake> {
    let sourced = view.values.get(Setting::ExternalId)?;
    file.readable_by_others.then(|| {
        let fault = Fault::new("the external id stands in a file that others may read").hint(format!(
            "make it yours alone (chmod 600), or set {} instead",
            Setting::ExternalId.key().environment.join(" or ")
        ));
        Mistake::new(sourced.origin.place(), fault)
    })
}

/// `accounts` and `accounts_file` are two ways to say the same: where a stronger layer uses one, a weaker layer's other is void.
fn one_selection(values: &mut Layer) {
    let strength = |setting| {
        let sourced: &Sourced<Value> = values.get(setting)?;
        (sourced.value != Value::Accounts(Vec::new())).then(|| sourced.origin.strength())
    };
    match (strength(Setting::Accounts), strength(Setting::AccountsFile)) {
        (Some(list), Some(file)) if list > file => values.unset(Setting::AccountsFile),
        (Some(list), Some(file)) if list < file => values.unset(Setting::Accounts),
        _ => {}
    }
}

/// `quiet` and `verbose` contradict each other: the stronger layer's counts, and one layer cannot want both.
fn one_voice(values: &mut Layer, mistakes: &mut Vec<Mistake>) {
    let (Some(quiet), Some(verbose)) = (values.get(Setting::Quiet), values.get(Setting::Verbose)) else {
        return;
    };
    if quiet.value != Value::Switch(true) || verbose.value == Value::Count(0) {
        return;
    }
    let (quiet, verbose) = (quiet.origin.clone(), verbose.origin.clone());
    match quiet.strength().cmp(&verbose.strength()) {
        std::cmp::Ordering::Greater => values.set(Setting::Verbose, Value::Count(0), quiet),
        std::cmp::Ordering::Less => values.set(Setting::Quiet, Value::Switch(false), verbose),
        std::cmp::Ordering::Equal => {
            let fault = Fault::new(format!("quiet and verbose are both set (verbose: {verbose})"));
            mistakes.push(Mistake::new(quiet.place(), fault.hint("keep one of the two")));
        }
    }
}

fn listed_accounts(
    path: &Path,
    view: &View,
    inputs: &Inputs<'_>,
    mistakes: &mut Mistakes,
) -> BTreeSet<AccountId> {
    match (inputs.read)(path) {
        Ok(bytes) => match SourceText::decode(path, &bytes) {
            Ok(source) => {
                let (ids, found) = accounts_file::read(&source);
                mistakes.add(found);
                return ids;
            }
            Err(mistake) => mistakes.kept.push(mistake),
        },
        Err(error) => {
            let fault = Fault::new(format!("the accounts file {} cannot be read: {error}", path.display()))
                .hint(unread(
                    &error,
                    "name a file with one account id on each line, or a CSV with a column account_id",
                ));
            let place = view.values.get(Setting::AccountsFile).map(|sourced| sourced.origin.place());
            mistakes.kept.push(Mistake::new(place.unwrap_or_else(|| Place::File(path.to_owned())), fault));
        }
    }
    BTreeSet::new()
}

fn accounts(view: &View, setting: Setting) -> BTreeSet<AccountId> {
    match view.values.get(setting).map(|sourced| &sourced.value) {
        Some(Value::Accounts(ids)) => ids.iter().copied().collect(),
        _ => BTreeSet::new(),
    }
}

fn ous(view: &View, setting: Setting) -> Vec<OuSelector> {
    match view.values.get(setting).map(|sourced| &sourced.value) {
        Some(Value::Ous(ous)) => ous.clone(),
        _ => Vec::new(),
    }
}

/// What the SDK has to be told, because it does not find it by itself.
fn told_to_the_sdk(view: &View, setting: Setting) -> Option<String> {
    let origin = &view.values.get(setting)?.origin;
    if matches!(origin, Origin::Environment(_)) { None } else { view.text(setting) }
}

/// The settings that the view amounts to. Bounds were checked when the values were read, so that no conversion here can lose anything.
fn settle(view: View, accounts: BTreeSet<AccountId>, warnings: Vec<Mistake>) -> Settings {
    let seconds =
        |setting| view.seconds(setting).and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or_default();
    let threshold = |setting| view.seconds(setting).and_then(|seconds| Threshold::from_seconds(seconds).ok());
    let inactive_after = threshold(Setting::InactiveAfter).unwrap_or(Threshold::DEFAULT);
    Settings {
        collect: CollectSettings {
            profile: told_to_the_sdk(&view, Setting::Profile),
            region: told_to_the_sdk(&view, Setting::Region),
            role_name: view.text(Setting::RoleName).unwrap_or_default(),
            external_id: match view.values.get(Setting::ExternalId).map(|sourced| &sourced.value) {
                Some(Value::Secret(secret)) => Some(secret.clone()),
                _ => None,
            },
            session_name: view.text(Setting::SessionName),
            session_seconds: u32::try_from(seconds(Setting::SessionDuration)).unwrap_or(u32::MAX),
            accounts,
            exclude_accounts: self::accounts(&view, Setting::ExcludeAccounts),
            ous: ous(&view, Setting::Ou),
            exclude_ous: ous(&view, Setting::ExcludeOu),
            managed_policies: view.switch(Setting::ManagedPolicies),
            concurrency: usize::try_from(view.count(Setting::Concurrency))
                .ok()
                .and_then(NonZeroUsize::new)
                .unwrap_or(NonZeroUsize::MIN),
            page_size: u16::try_from(view.count(Setting::PageSize)).unwrap_or(u16::MAX),
            max_iam_rate: view.rate(Setting::MaxIamRate),
            account_budget: Duration::from_secs(seconds(Setting::AccountBudget)),
            read_timeout: Duration::from_secs(seconds(Setting::ReadTimeout)),
        },
        assess: AssessSettings {
            as_of: match view.values.get(Setting::AsOf).map(|sourced| &sourced.value) {
                Some(Value::Instant(instant)) => Some(*instant),
                _ => None,
            },
            inactive_after,
            unused_after: threshold(Setting::UnusedAfter).unwrap_or(inactive_after),
            rules: view.rules.iter().map(|item| item.value.clone()).collect(),
            exemptions: view.exemptions.iter().map(|item| item.value.clone()).collect(),
            accepted_gaps: view.gaps.iter().map(|item| item.value.clone()).collect(),
        },
        output: OutputSettings {
            store: view.path(Setting::StorePath),
            include: if view.choice(Setting::Include) == "all" { Include::All } else { Include::Flagged },
            target: match view.path(Setting::Output) {
                None => Target::NewFolder,
                Some(path) if path == Path::new("-") => Target::Stdout,
                Some(path) => Target::Folder(path),
            },
            fail_on_findings: view.choice(Setting::FailOn) == "findings",
            allow_partial: view.switch(Setting::AllowPartial),
        },
        terminal: TerminalSettings {
            quiet: view.switch(Setting::Quiet),
            verbose: u8::try_from(view.count(Setting::Verbose)).unwrap_or(u8::MAX),
            log_format: if view.choice(Setting::LogFormat) == "json" {
                LogFormat::Json
            } else {
                LogFormat::Text
            },
            color: match view.choice(Setting::Color) {
                "always" => Color::Always,
                "never" => Color::Never,
                _ => Color::Auto,
            },
            progress: view.switch(Setting::Progress),
        },
        view,
        warnings,
    }
}
