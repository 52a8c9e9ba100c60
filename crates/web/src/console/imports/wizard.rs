//! What surrounds each step: the six titles, what was decided so far, the way back.

use base::ImportId;
use identity::drafts::{Draft, Step};
use identity::imports::{Import, Mode};

use super::{next, step_href};
use crate::render::words::grouped;

/// The frame of a step.
pub(crate) struct Wizard {
    pub(crate) steps: Vec<StepView>,
    pub(crate) number: u8,
    pub(crate) file_name: String,
    /// Where the form of the step goes.
    pub(crate) action: String,
    pub(crate) back: Option<String>,
    /// Where the import is cancelled; `None` when there is nothing to cancel.
    pub(crate) cancel: Option<String>,
    /// Whether the person may change anything; a super administrator looks at others' drafts only.
    pub(crate) is_mine: bool,
}

/// One of the six.
pub(crate) struct StepView {
    pub(crate) name: &'static str,
    pub(crate) href: Option<String>,
    pub(crate) is_done: bool,
    pub(crate) is_current: bool,
    /// Whether it is the one that is shown or one before it.
    pub(crate) is_reached: bool,
    /// What was decided there.
    pub(crate) note: String,
}

fn name(step: Step) -> &'static str {
    match step {
        Step::Upload => "Upload",
        Step::Options => "Options",
        Step::Map => "Map columns",
        Step::Merge => "Merge & notify",
        Step::Review => "Review",
        Step::Execute => "Execute",
    }
}

impl Wizard {
    /// Before there is a file.
    pub(crate) fn before() -> Self {
        let view = |step: Step| StepView {
            name: name(step),
            href: None,
            is_done: false,
            is_current: step == Step::Upload,
            is_reached: step == Step::Upload,
            note: String::new(),
        };
        Wizard {
            steps: Step::ALL.map(view).into(),
            number: 1,
            file_name: String::new(),
            action: super::PATH.to_owned(),
            back: None,
            cancel: None,
            is_mine: true,
        }
    }

    /// At `step` of a draft; `import` is what it stands for, as far as its file can be read.
    pub(crate) fn at(step: Step, draft: &Draft, import: Option<&Import>, is_mine: bool) -> Self {
        let view = |one: Step| {
            let is_done = one < next(draft);
            StepView {
                name: name(one),
                href: (one != step && one <= next(draft)).then(|| step_href(draft.id, one)),
                is_done: is_done && one != step,
                is_current: one == step,
                is_reached: one <= step,
                note: if is_done { note(one, draft, import) } else { String::new() },
            }
        };
        let back = Step::from_number(u64::from(step.number()) - 1).map(|step| step_href(draft.id, step));
        Wizard {
            steps: Step::ALL.map(view).into(),
            number: step.number(),
            file_name: draft.file_name.clone(),
            action: step_href(draft.id, step),
            back,
            cancel: is_mine.then(|| format!("{}/{}/cancel", super::PATH, draft.id)),
            is_mine,
        }
    }

    /// Once it was started.
    pub(crate) fn started(id: ImportId, file_name: &str) -> Self {
        let view = |step: Step| StepView {
            name: name(step),
            href: None,
            is_done: step != Step::Execute,
            is_current: step == Step::Execute,
            is_reached: true,
            note: if step == Step::Upload { file_name.to_owned() } else { String::new() },
        };
        Wizard {
            steps: Step::ALL.map(view).into(),
            number: Step::Execute.number(),
            file_name: file_name.to_owned(),
            action: step_href(id, Step::Execute),
            back: None,
            cancel: None,
            is_mine: true,
        }
    }
}

/// What was decided at a step, in few words.
fn note(step: Step, draft: &Draft, import: Option<&Import>) -> String {
    match (step, import) {
        (Step::Upload, _) => draft.file_name.clone(),
        (Step::Options, Some(import)) => {
            let dialect = import.dialect();
            let header = if dialect.has_header { "header row" } else { "no header" };
            format!("{}, {}, {header}", dialect.encoding.name(), dialect.delimiter.name())
        }
        (Step::Map, Some(import)) => {
            let mapped = import.columns().iter().filter(|column| column.field.is_some()).count();
            format!("{mapped} of {} columns", grouped(import.columns().len() as u64))
        }
        (Step::Merge, _) => match draft.choices.mode {
            Mode::Create => "New users only",
            Mode::CreateAndUpdate => "New users, and updates",
            Mode::Update => "Updates only",
        }
        .to_owned(),
        _ => String::new(),
    }
}
