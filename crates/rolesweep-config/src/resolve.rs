//! Flags over environment over file over defaults. This is pure: [`Inputs`] has everything from
//! outside.

use std::cmp::Ordering;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rolesweep_assess::ownership::OwnedPlace;
use rolesweep_model::AccountId;

use crate::accounts_file;
use crate::errors::{ConfigErrors, Fault, Mistake, Place, unread};
use crate::layers::document::Document;
use crate::layers::environment::{self, Environment};
use crate::layers::file::{read_sections, read_tables};
use crate::layers::flags::Flags;
use crate::layers::{Layer, View};
use crate::owners;
use crate::settings::choices::SummaryFormat;
use crate::settings::key::{AnyValue, Setting};
use crate::settings::places::{AccountsSource, Target};
use crate::settings::{AssessSettings, CollectSettings, KEYS, OutputSettings, Settings, TerminalSettings};
use crate::tables::Latest;
use crate::text::source::SourceText;

/// A configuration file as it was read.
pub struct ConfigFile {
    /// Its name for messages. Paths in the file are relative to its folder.
    pub path: PathBuf,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Whether users other than its owner may read it.
    pub readable_by_others: bool,
}

/// Everything that the settings are made from.
pub struct Inputs<'a> {
    /// The command line.
    pub flags: Flags,
    /// The environment.
    pub environment: Environment,
    /// The configuration file, if there is one, or why it cannot be read.
    pub file: Result<Option<ConfigFile>, Mistake>,
    /// The time of the run.
    pub now: Timestamp,
    /// Reads the account ids or the owners that a setting names.
    pub read: &'a dyn Fn(&AccountsSource) -> io::Result<Vec<u8>>,
}

/// Settles every setting, or returns everything that is wrong.
pub fn resolve(inputs: &Inputs<'_>) -> Result<Settings, ConfigErrors> {
    let mut errors = ConfigErrors::default();
    let mut warnings = environment::unknown(&inputs.environment);
    let mut values = Layer::defaults(&KEYS);
    let file = errors.take(inputs.file.as_ref().map_err(Mistake::clone)).and_then(Option::as_ref);
    let source = file.and_then(|file| errors.take(SourceText::decode(&file.path, &file.bytes)));
    let document = source.as_ref().map(|source| Document::parse(source, &mut errors));
    if let Some(document) = &document {
        read_sections(document, &mut values, &mut errors);
    }
    if file.is_some_and(|file| file.readable_by_others) {
        warnings.extend(exposed_secret(&values));
    }
    read_typed(&inputs.flags, &inputs.environment, &mut values, &mut errors);
    one_selection(&mut values);
    settle_quiet_and_verbose(&mut values, &mut errors);
    one_stdout(&values, &mut errors);

    // After a mistake, the limit and the file of owners may be others than they seem.
    let is_whole = document.as_ref().is_none_or(Document::is_whole);
    let is_known = is_whole
        && [Setting::max_acceptance, Setting::as_of].iter().all(|&setting| !values.is_doubtful(setting));
    let latest = is_known.then(|| latest(&values, inputs.now));
    let rules = read_tables(document.as_ref(), latest.as_ref(), &mut errors);
    let exemptions = read_tables(document.as_ref(), latest.as_ref(), &mut errors);
    let gaps = read_tables(document.as_ref(), latest.as_ref(), &mut errors);
    let known_accounts = read_tables(document.as_ref(), latest.as_ref(), &mut errors);
    let owners = read_tables(document.as_ref(), latest.as_ref(), &mut errors);
    owners::one_owner_per_name(&owners, &mut errors);
    let listed = listed_accounts(&values, inputs.read, &mut errors);
    let owned_places = if is_whole { owned_places(&values, inputs.read, &mut errors) } else { Vec::new() };
    errors.finish()?;
    let view = View { values, rules, exemptions, gaps, known_accounts, owners };
    Ok(settle(view, listed, owned_places, warnings))
}

/// Sets what the environment says, and then what the flags say.
pub(crate) fn read_typed(
    flags: &Flags,
    environment: &Environment,
    values: &mut Layer,
    errors: &mut ConfigErrors,
) {
    environment::read(environment, values, errors);
    flags.read(values, errors);
}

/// How far ahead the end of an acceptance may be, from the time of the run, or from `--as-of` if
/// that is later. An older scan's time does not count: a file that was valid once stays valid, and
/// an older scan can be reported on with its own file or today's.
fn latest(values: &Layer, now: Timestamp) -> Latest {
    let from = values.typed::<Option<Timestamp>>(Setting::as_of).map_or(now, |as_of| as_of.max(now));
    let limit = values.typed::<Duration>(Setting::max_acceptance);
    let seconds = i64::try_from(limit.as_secs()).unwrap_or(i64::MAX);
    let end = from.checked_add(SignedDuration::from_secs(seconds));
    Latest { from, day: end.map_or(Date::MAX, |end| end.to_zoned(TimeZone::UTC).date()), seconds }
}

fn exposed_secret(values: &Layer) -> Option<Mistake> {
    let origin = values.origin(Setting::external_id);
    (*origin != Place::Default).then(|| {
        let fault = Fault::new(
            "the external id is in a file that others can read",
            format!(
                "let only yourself read it (chmod 600), or set {} instead",
                Setting::external_id.key().environment.join(" or ")
            ),
        );
        Mistake::new(origin.clone(), fault)
    })
}

/// `accounts` and `accounts_file` say the same in two ways. If a stronger layer uses one, the other
/// of a weaker layer is ignored.
fn one_selection(values: &mut Layer) {
    let list = values.typed::<Vec<AccountId>>(Setting::accounts);
    let file = values.typed::<Option<AccountsSource>>(Setting::accounts_file);
    let (of_list, of_file) = (values.origin(Setting::accounts), values.origin(Setting::accounts_file));
    if list.is_empty() || file.is_none() {
        return;
    }
    match of_list.layer().cmp(&of_file.layer()) {
        Ordering::Greater => {
            values.set(Setting::accounts_file, AnyValue::new(None::<AccountsSource>), Place::Default);
        }
        Ordering::Less => {
            values.set(Setting::accounts, AnyValue::new(Vec::<AccountId>::new()), Place::Default);
        }
        Ordering::Equal => {}
    }
}

/// `quiet` and `verbose` contradict each other. The stronger layer's counts, and one layer cannot
/// set both.
fn settle_quiet_and_verbose(values: &mut Layer, errors: &mut ConfigErrors) {
    if !values.typed::<bool>(Setting::quiet) || values.typed::<u8>(Setting::verbose) == 0 {
        return;
    }
    let quiet = values.origin(Setting::quiet).clone();
    let verbose = values.origin(Setting::verbose).clone();
    match quiet.layer().cmp(&verbose.layer()) {
        Ordering::Greater => values.set(Setting::verbose, AnyValue::new(0_u8), quiet),
        Ordering::Less => values.set(Setting::quiet, AnyValue::new(false), verbose),
        Ordering::Equal => errors.note(|| {
            let what = format!("quiet and verbose are both set (verbose: {})", verbose.origin());
            Mistake::new(quiet, Fault::new(what, "keep one of the two"))
        }),
    }
}

/// stdout is for one kind of data: the rows of a report, or the result as JSON.
fn one_stdout(values: &Layer, errors: &mut ConfigErrors) {
    let json = values.typed::<SummaryFormat>(Setting::summary) == SummaryFormat::Json;
    if !json || values.typed::<Target>(Setting::target) != Target::Stdout {
        return;
    }
    let (summary, target) = (values.origin(Setting::summary), values.origin(Setting::target));
    errors.note(|| {
        let what = format!("summary and output both want stdout (output: {})", target.origin());
        let hint = "keep one of the two: with `--output DIR`, the report goes into a folder; with `--summary text`, the result goes to stderr";
        Mistake::new(summary.clone(), Fault::new(what, hint))
    });
}

/// How to speak although the settings are refused: what applies, and the default of what is wrong.
pub(crate) fn terminal_settings(inputs: &Inputs<'_>) -> (TerminalSettings, SummaryFormat) {
    let mut ignored = ConfigErrors::default();
    let mut values = Layer::defaults(&KEYS);
    let file = inputs.file.as_ref().ok().and_then(Option::as_ref);
    if let Some(source) = file.and_then(|file| SourceText::decode(&file.path, &file.bytes).ok()) {
        read_sections(&Document::parse(&source, &mut ignored), &mut values, &mut ignored);
    }
    read_typed(&inputs.flags, &inputs.environment, &mut values, &mut ignored);
    (TerminalSettings::new(&values), values.typed(Setting::summary))
}

/// The accounts of the file that a setting names.
fn listed_accounts(
    values: &Layer,
    read: &dyn Fn(&AccountsSource) -> io::Result<Vec<u8>>,
    errors: &mut ConfigErrors,
) -> Vec<AccountId> {
    let Some(from) = values.typed::<Option<AccountsSource>>(Setting::accounts_file) else {
        return Vec::new();
    };
    let bytes = read(&from).map_err(|error| {
        let what = match &from {
            AccountsSource::File(path) => {
                format!("the accounts file {} cannot be read: {error}", path.display())
            }
            AccountsSource::Stdin => format!("stdin cannot be read: {error}"),
        };
        let usual = "name a file with one account id on each line, or a CSV with a column account_id";
        let fault = Fault::new(what, unread(&error, usual));
        Mistake::new(values.origin(Setting::accounts_file).clone(), fault)
    });
    let source = bytes.and_then(|bytes| SourceText::decode(from.name(), &bytes));
    errors.take(source).map(|source| accounts_file::read(&source, errors)).unwrap_or_default()
}

/// The rows of the file of owners.
fn owned_places(
    values: &Layer,
    read: &dyn Fn(&AccountsSource) -> io::Result<Vec<u8>>,
    errors: &mut ConfigErrors,
) -> Vec<OwnedPlace> {
    let Some(path) = values.typed::<Option<PathBuf>>(Setting::owners_file) else { return Vec::new() };
    let bytes = read(&AccountsSource::File(path.clone())).map_err(|error| {
        let what = format!("the owners file {} cannot be read: {error}", path.display());
        let usual = "name a CSV file with a header such as `account_id,ou,owner`";
        let fault = Fault::new(what, unread(&error, usual));
        Mistake::new(values.origin(Setting::owners_file).clone(), fault)
    });
    let source = bytes.and_then(|bytes| SourceText::decode(&path, &bytes));
    errors.take(source).map(|source| owners::file::read(&source, errors)).unwrap_or_default()
}

/// Makes the settings from everything that applies.
fn settle(
    view: View,
    listed: Vec<AccountId>,
    owned_places: Vec<OwnedPlace>,
    warnings: Vec<Mistake>,
) -> Settings {
    let mut collect = CollectSettings::new(&view.values);
    collect.accounts.extend(listed);
    // The SDK reads its variables itself, and ranks them differently.
    let from_environment = |setting| matches!(view.values.origin(setting), Place::Environment(_));
    collect.profile.take_if(|_| from_environment(Setting::profile));
    collect.region.take_if(|_| from_environment(Setting::region));
    let profile = view.values.origin(Setting::profile);
    let mut assess = AssessSettings::new(&view.values);
    assess.rules = view.rules.iter().map(|table| table.value.rule()).collect();
    assess.exemptions = view.exemptions.iter().map(|table| table.value.exemption()).collect();
    assess.accepted_gaps = view.gaps.iter().map(|table| table.value.gap()).collect();
    assess.known_accounts = view.known_accounts.iter().map(|table| table.value.known_account()).collect();
    assess.owners = view.owners.iter().map(|table| table.value.owner()).collect();
    assess.owned_places = owned_places;
    Settings {
        profile_file: matches!(profile, Place::At { .. }).then(|| profile.origin()),
        collect,
        assess,
        output: OutputSettings::new(&view.values),
        terminal: TerminalSettings::new(&view.values),
        view,
        warnings,
    }
}
