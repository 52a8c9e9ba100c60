//! Step 5: everything that was chosen, and what would come of it.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use base::ImportId;
use identity::Error;
use identity::attributes::Attributes;
use identity::drafts::{self, Check, Draft, Review, Step};
use identity::imports::{Ending, Field, Import, OnError, Totals, UsernameFrom};
use identity::jobs::Job;
use identity::settings::Words;

use super::choices::{ON_ERROR, existing_accounts, field_words, fields, groups_joined, new_accounts, told, words_of};
use super::map::{attributes_for, propose};
use super::wizard::Wizard;
use super::{InPath, Turned, draft_at, step_href};
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::{OrFailure, failure};
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::progress::Progress;
use crate::render::words::{about, grouped, rows};
use crate::render::{filters, lead_htmx_to, page_with, wants_fragment};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/imports/review.html")]
struct ReviewPage {
    frame: Frame,
    wizard: Wizard,
    title: &'static str,
    review: Review,
    all: u64,
    good: u64,
    /// Why it can't be started, or need not be; empty when it can.
    hindrance: String,
    wants_consent: bool,
    part: Input,
    /// Whether more problems were found than are shown.
    is_cut: bool,
    failed_words: String,
    answers: Vec<AnswerRow>,
    license: String,
    /// How long it will take; empty when that can't be told.
    estimate: String,
    is_over_license: bool,
    problems_href: String,
    /// Where a long file is checked anew.
    check_href: Option<String>,
    problems: Vec<FormProblem>,
}

impl ReviewPage {
    /// Whether nothing was found out.
    fn is_blank(&self) -> bool {
        self.all == 0
    }
}

/// While a long file is checked.
#[derive(Template)]
#[template(path = "console/imports/checking.html")]
struct CheckPage {
    frame: Frame,
    wizard: Wizard,
    title: &'static str,
    progress: Progress,
    here: String,
}

fn progress_of(site: &Site, draft: &Draft, job: &Job) -> Progress {
    let now = site.identity().clock().now();
    Progress::of(Some(job), (job.done, job.total), "rows", check_href(draft.id), now)
}

fn check_href(id: ImportId) -> String {
    format!("{}/{id}/check", super::PATH)
}

/// Something that was chosen.
struct AnswerRow {
    name: &'static str,
    words: String,
    href: String,
}

/// `GET /console/imports/{id}/5`.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
) -> Result<Response, Turned> {
    let draft = draft_at(&site, &member, id, Step::Review).await?;
    look(&site, frame, &member, &draft, StatusCode::OK, Problems::default()).await
}

/// `POST /console/imports/{id}/check`: the review of a long file is made, anew if there is one.
pub(crate) async fn check(
    State(site): State<Site>,
    member: Member,
    InPath(id): InPath,
    _form: PostedForm,
) -> Result<Response, Turned> {
    let draft = draft_at(&site, &member, id, Step::Review).await?;
    begin_check(&site, &member, &draft).await?;
    Ok(Redirect::to(&step_href(id, Step::Review)).into_response())
}

/// Wants the review of a long file; a short one is reviewed when it is looked at.
pub(super) async fn begin_check(site: &Site, member: &Member, draft: &Draft) -> Result<(), Failure> {
    if draft.rows <= drafts::MOST_ROWS_WHILE_WAITING {
        return Ok(());
    }
    drafts::begin_check(site.identity(), &member.caller, draft.id).await.or_failure(&member.caller)
}

/// `GET /console/imports/{id}/check`: for htmx, which is led to the review when there is one.
pub(crate) async fn progress(
    State(site): State<Site>,
    member: Member,
    InPath(id): InPath,
    headers: HeaderMap,
) -> Result<Response, Turned> {
    let draft = draft_at(&site, &member, id, Step::Review).await?;
    let place = step_href(id, Step::Review);
    if !wants_fragment(&headers) {
        return Ok(Redirect::to(&place).into_response());
    }
    let import = settle(&site, &member, &draft)?;
    let check = drafts::check(site.identity(), &member.caller, &draft, &import).await.or_failure(&member.caller)?;
    Ok(match check {
        Check::UnderWay(job) => page_with(StatusCode::OK, &progress_of(&site, &draft, &job)),
        _ => lead_htmx_to(&place),
    })
}

/// `POST /console/imports/{id}/5`: it begins.
pub(crate) async fn submit(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    form: PostedForm,
) -> Result<Response, Turned> {
    let draft = draft_at(&site, &member, id, Step::Review).await?;
    let import = settle(&site, &member, &draft)?;
    let has_consent = form.fields.text("faulty") == "0" || form.fields.is_checked("part");
    if !has_consent && draft.choices.on_error == OnError::Skip {
        let mut problems = Problems::default();
        problems.add("part", "Tick the box to leave out the rows with errors");
        return look(&site, frame.with_error(), &member, &draft, StatusCode::UNPROCESSABLE_ENTITY, problems).await;
    }
    let mark = form.fields.text("mark");
    match drafts::start(site.identity(), &member.caller, &draft, &import, mark).await {
        Ok(()) => Ok(Redirect::to(&step_href(id, Step::Execute)).into_response()),
        Err(Error::Stale) => {
            let mut problems = Problems::default();
            problems.add("", "The settings were changed meanwhile. Look at the review again, then start the import.");
            look(&site, frame.with_error(), &member, &draft, StatusCode::CONFLICT, problems).await
        }
        Err(error) => Err(Turned::Away(failure(&error, Some(member.caller.request)))),
    }
}

/// The import as it was chosen; back to the columns when that has become impossible.
fn settle(site: &Site, member: &Member, draft: &Draft) -> Result<Import, Turned> {
    let (import, problems) = propose(site, member, draft, draft.choices.clone())?;
    if problems.is_empty() { Ok(import) } else { Err(Turned::To(step_href(draft.id, Step::Map))) }
}

async fn look(
    site: &Site,
    frame: Frame,
    member: &Member,
    draft: &Draft,
    status: StatusCode,
    mut problems: Problems,
) -> Result<Response, Turned> {
    let import = settle(site, member, draft)?;
    let attributes = attributes_for(site, member).await?;
    if draft.rows > drafts::MOST_ROWS_WHILE_WAITING {
        let check = drafts::check(site.identity(), &member.caller, draft, &import).await;
        let review = match check.or_failure(&member.caller)? {
            Check::UnderWay(job) => {
                let wizard = Wizard::at(Step::Review, draft, Some(&import), member.caller.actor.is(draft.owner));
                let here = step_href(draft.id, Step::Review);
                let page = CheckPage {
                    frame,
                    wizard,
                    title: "Checking the file",
                    progress: progress_of(site, draft, &job),
                    here,
                };
                return Ok(page_with(status, &page));
            }
            Check::Found(review) => *review,
            Check::Failed(why) => {
                problems.add("", why);
                blank(&import)
            }
            Check::Wanting => {
                problems.add("", "The file was not checked with these settings yet. Check it now.");
                blank(&import)
            }
        };
        return Ok(page_with(status, &view(frame, member, draft, (&import, &attributes), review, problems)));
    }
    let review = match drafts::review(site.identity(), &member.caller, draft, &import).await {
        Ok(review) => review,
        // The rest of the file can't be read, or is too long for what was chosen.
        Err(Error::Invalid(found)) => {
            let words = found.into_iter().map(|problem| problem.message).collect::<Vec<_>>().join(" ");
            problems.add("", words);
            blank(&import)
        }
        Err(Error::Conflict { message, .. }) => {
            problems.add("", message);
            blank(&import)
        }
        Err(error) => return Err(error).or_failure(&member.caller).map_err(Turned::Away),
    };
    Ok(page_with(status, &view(frame, member, draft, (&import, &attributes), review, problems)))
}

/// When nothing could be rehearsed.
fn blank(import: &Import) -> Review {
    Review {
        totals: Totals::default(),
        ending: Ending::Failed,
        problems: Vec::new(),
        problem_count: 0,
        accounts_after: 0,
        license_limit: 0,
        mark: import.mark(),
        estimate: None,
        found_at: base::Timestamp::default(),
    }
}

fn view(
    frame: Frame,
    member: &Member,
    draft: &Draft,
    (import, attributes): (&Import, &Attributes),
    mut review: Review,
    problems: Problems,
) -> ReviewPage {
    for problem in &mut review.problems {
        if let Some(field) = fields().find(|field| field.code() == problem.field) {
            problem.field = field_words(field, &member.words);
        } else if let Some(key) = problem.field.strip_prefix("custom.") {
            problem.field = label_of(key, attributes).to_owned();
        }
    }
    let totals = review.totals;
    let is_blank = totals.rows() == 0;
    let good = totals.created + totals.updated;
    let is_mine = member.caller.actor.is(draft.owner);
    let hindrance = if !is_mine {
        "Only whoever began this import can start it."
    } else if is_blank {
        "The import can't be started before this is put right."
    } else if draft.choices.on_error == OnError::AllOrNothing && totals.failed > 0 {
        "Nothing would be imported, because some rows cannot be: that is what was chosen."
    } else if good == 0 {
        "Nothing would change, so there is nothing to start."
    } else {
        ""
    };
    let limit = review.license_limit;
    let after = review.accounts_after;
    let license = match limit {
        _ if is_blank => String::new(),
        0 => format!("After this import there are {} users.", grouped(after)),
        _ => format!("After this import {} of {} licensed users are in use.", grouped(after), grouped(limit)),
    };
    ReviewPage {
        wizard: Wizard::at(Step::Review, draft, Some(import), is_mine),
        frame,
        title: "Review",
        all: totals.rows(),
        good,
        hindrance: hindrance.to_owned(),
        wants_consent: totals.failed > 0 && draft.choices.on_error == OnError::Skip,
        part: problems.input("part", ""),
        is_cut: review.problem_count > review.problems.len() as u64,
        failed_words: rows(totals.failed),
        answers: answers(draft, import, attributes, &member.words, &totals),
        license,
        estimate: review.estimate.map(about).unwrap_or_default(),
        is_over_license: limit > 0 && after >= limit,
        check_href: (draft.rows > drafts::MOST_ROWS_WHILE_WAITING && is_mine).then(|| check_href(draft.id)),
        problems_href: format!("{}/{}/problems.csv", super::PATH, draft.id),
        problems: problems.0,
        review,
    }
}

/// Everything that was chosen, each with the way back to its step (ES-97).
fn answers(draft: &Draft, import: &Import, attributes: &Attributes, words: &Words, totals: &Totals) -> Vec<AnswerRow> {
    let row = |name, words, step| AnswerRow { name, words, href: step_href(draft.id, step) };
    let dialect = import.dialect();
    let header = if dialect.has_header { "first row has column names" } else { "no column names" };
    let how = format!("{}, {}, {header}", dialect.encoding.name(), dialect.delimiter.name());
    let groups = groups_joined(&draft.choices, import.tells(Field::Groups));
    let faulty = words_of(&ON_ERROR, &draft.choices.on_error);
    vec![
        row("File", format!("{}, {}", draft.file_name, rows(draft.rows)), Step::Upload),
        row("Read as", how, Step::Options),
        row("New users", new_accounts(&draft.choices, words), Step::Options),
        row("A row with an error", faulty.to_owned(), Step::Options),
        row("Columns", columns(import, attributes, words), Step::Map),
        row("Groups", groups.unwrap_or_else(|| "None".to_owned()), Step::Options),
        row("Existing users", existing_accounts(&draft.choices, words), Step::Merge),
        row("Notification", told(&draft.choices, totals.created, totals.updated), Step::Merge),
    ]
}

fn label_of<'a>(key: &'a str, attributes: &'a Attributes) -> &'a str {
    attributes.get(key).map_or(key, |attribute| &attribute.definition.label)
}

fn columns(import: &Import, attributes: &Attributes, called: &Words) -> String {
    let mut mapped = Vec::new();
    let mut ignored = Vec::new();
    for column in import.columns() {
        match column.field {
            Some(field) => mapped.push(format!("{} → {}", column.name, field_words(field, called))),
            None => match &column.attribute {
                Some(key) => mapped.push(format!("{} → {}", column.name, label_of(key, attributes))),
                None => ignored.push(column.name.clone()),
            },
        }
    }
    for (field, value) in &import.choices().constants {
        mapped.push(format!("{} is always “{value}”", field_words(*field, called)));
    }
    for (name, values) in &import.choices().translations {
        mapped.push(format!("{} of {name} translated", values.len()));
    }
    if import.username_from() == Some(UsernameFrom::Pattern) {
        mapped.push(format!("usernames made by {}", import.choices().username_pattern));
    }
    for (key, value) in &import.choices().attribute_constants {
        mapped.push(format!("{} is always “{value}”", label_of(key, attributes)));
    }
    let words = mapped.join(", ");
    if ignored.is_empty() { words } else { format!("{words}. Ignored: {}", ignored.join(", ")) }
}
