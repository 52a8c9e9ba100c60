//! What people are told by mail and SMS: the catalogue of messages, their texts, and the outbox that they leave from.

mod address;
mod catalogue;
mod deliver;
mod language;
mod outbox;
mod render;
mod sandbox;
mod servers;
mod sweep;
mod templates;
mod texts;
mod values;
mod variables;

pub(crate) use address::can_be_texted;
pub use address::{Address, Channel};
pub use catalogue::{Entry, Group, Template};
pub use deliver::{MOST_TRIES, Post, Stopper, give_all_back, mail_server_in_use};
pub use language::Language;
pub use outbox::{
    Counts, Listed, OutboxFilter, OutboxPage, State, Unsent, cancel_messages, find_message, list_messages,
    retry_messages, reveal_message,
};
pub use render::Rendered;
pub use servers::{
    Chosen, MailSettings, Protection, SmsSettings, choose_mail_server, choose_sms_gateway, forget_server, mail_server,
    sms_gateway,
};
pub use templates::{
    Present, find_template, list_templates, preview_template, restore_template, save_template, send_template_test,
};
pub use texts::Text;
pub use values::Values;
pub use variables::{COMMON, Kind, Variable};

use outbox::alert_by;
pub(crate) use outbox::{
    alert, holders, of_account, one_of_account, queue, queue_sms, queue_to, tell, tell_departing, try_again, unsent_of,
};

pub(crate) use sweep::sweep;
