//! Where messages leave: the mail server and the SMS gateway. Whoever looks at this page entered the password lately.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::{Change, Secret};
use identity::access::Denial;
use identity::messages::{self, Channel, Chosen, MailSettings, Protection, SmsSettings};
use identity::{Error, Operation};

use super::step_up::ask_for_password;
use crate::caller::Member;
use crate::csrf::PostedForm;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::Fields;
use crate::frame::Frame;
use crate::input::{Choice, FormProblem, Input, Problems};
use crate::notice::Notice;
use crate::render::{filters, page, page_with};
use crate::site::Site;

/// Where this is.
pub(crate) const PATH: &str = "/console/sending";

#[derive(Template)]
#[template(path = "console/sending/edit.html")]
struct SendingPage {
    frame: Frame,
    /// The mail server that the configuration of the process names, if it does.
    configured: Option<String>,
    mail: MailForm,
    sms: SmsForm,
    problems: Vec<FormProblem>,
}

impl SendingPage {
    fn mail_password_hint(&self) -> &'static str {
        hint(self.mail.has_secret)
    }

    fn sms_secret_hint(&self) -> &'static str {
        hint(self.sms.has_secret)
    }
}

/// What stands beside a password that is never shown.
fn hint(has_secret: bool) -> &'static str {
    if has_secret {
        "Leave blank to keep the present one. Where it goes can only be changed together with it."
    } else {
        ""
    }
}

struct MailForm {
    is_chosen: bool,
    has_secret: bool,
    host: Input,
    port: Input,
    protection: Input,
    protections: Vec<Choice>,
    user: Input,
    password: Input,
    from: Input,
    from_name: Input,
    certificate: Input,
}

struct SmsForm {
    is_chosen: bool,
    has_secret: bool,
    url: Input,
    method: Input,
    methods: Vec<Choice>,
    headers: Input,
    body: Input,
    sender: Input,
    secret: Input,
}

/// Which of the two forms has problems.
enum Refused {
    Neither,
    Mail(MailSettings, Problems),
    Sms(SmsSettings, Problems),
}

/// `GET /console/sending`.
pub(crate) async fn form(State(site): State<Site>, frame: Frame, member: Member) -> Result<Response, Failure> {
    shown(&site, frame, &member, StatusCode::OK, Refused::Neither).await
}

/// `POST /console/sending/mail`.
pub(crate) async fn choose_mail(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    mut posted: PostedForm,
) -> Result<Response, Failure> {
    if posted.fields.text("do") == "forget" {
        return forget(&site, &member, Channel::Mail).await;
    }
    let password = secret(&mut posted.fields, "password", "forget_password");
    let typed = typed_mail(&posted.fields);
    let settings = typed.clone();
    let write =
        site.identity().write(&member.caller, async |op| messages::choose_mail_server(op, settings, password).await);
    match write.await {
        Ok(()) => Ok(Notice::ServerSaved.told_at(PATH, &site)),
        Err(Error::Invalid(problems)) => {
            let refused = Refused::Mail(typed, Problems::from(problems));
            shown(&site, frame.with_error(), &member, StatusCode::UNPROCESSABLE_ENTITY, refused).await
        }
        Err(error) => step_up_or_fail(error, &member),
    }
}

/// `POST /console/sending/sms`.
pub(crate) async fn choose_sms(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    mut posted: PostedForm,
) -> Result<Response, Failure> {
    if posted.fields.text("do") == "forget" {
        return forget(&site, &member, Channel::Sms).await;
    }
    let key = secret(&mut posted.fields, "secret", "forget_secret");
    let typed = typed_sms(&posted.fields);
    let settings = typed.clone();
    let write = site.identity().write(&member.caller, async |op| messages::choose_sms_gateway(op, settings, key).await);
    match write.await {
        Ok(()) => Ok(Notice::ServerSaved.told_at(PATH, &site)),
        Err(Error::Invalid(problems)) => {
            let refused = Refused::Sms(typed, Problems::from(problems));
            shown(&site, frame.with_error(), &member, StatusCode::UNPROCESSABLE_ENTITY, refused).await
        }
        Err(error) => step_up_or_fail(error, &member),
    }
}

async fn forget(site: &Site, member: &Member, channel: Channel) -> Result<Response, Failure> {
    let write = site.identity().write(&member.caller, async |op| messages::forget_server(op, channel).await);
    match write.await {
        Ok(()) => Ok(Notice::ServerForgotten.told_at(PATH, site)),
        Err(error) => step_up_or_fail(error, member),
    }
}

fn step_up_or_fail(error: Error, member: &Member) -> Result<Response, Failure> {
    match error {
        Error::Denied(Denial::StepUpRequired) => Ok(ask_for_password(PATH)),
        other => Err(other).or_failure(&member.caller),
    }
}

/// What became of a password in a form that never shows it: blank keeps the one that there is.
fn secret(fields: &mut Fields, name: &str, forget: &str) -> Change<Secret> {
    let typed = fields.take_secret(name);
    if !typed.is_empty() {
        Change::Set(typed)
    } else if fields.is_checked(forget) {
        Change::Clear
    } else {
        Change::Keep
    }
}

fn typed_mail(fields: &Fields) -> MailSettings {
    let text = |name: &str| fields.text(name).to_owned();
    MailSettings {
        host: text("host"),
        port: fields.text("port").parse().unwrap_or(0),
        protection: Protection::from_code(fields.text("protection")).unwrap_or_default(),
        user: text("user"),
        from: text("from"),
        from_name: text("from_name"),
        certificate: text("certificate"),
    }
}

fn typed_sms(fields: &Fields) -> SmsSettings {
    let text = |name: &str| fields.text(name).replace("\r\n", "\n");
    let typed = SmsSettings {
        url: text("url"),
        method: text("method"),
        headers: text("headers"),
        body: text("body"),
        from: text("sender"),
    };
    match fields.text("do").strip_prefix("twilio") {
        Some(_) => SmsSettings { from: typed.from, ..SmsSettings::twilio(fields.text("twilio_account")) },
        None => typed,
    }
}

async fn chosen(
    op: &mut Operation<'_>,
) -> identity::Result<(Option<Chosen<MailSettings>>, Option<Chosen<SmsSettings>>)> {
    Ok((messages::mail_server(op).await?, messages::sms_gateway(op).await?))
}

async fn shown(
    site: &Site,
    frame: Frame,
    member: &Member,
    status: StatusCode,
    refused: Refused,
) -> Result<Response, Failure> {
    let read = site.identity().read(&member.caller, async |op| chosen(op).await);
    let (mail, sms) = match read.await {
        Ok(found) => found,
        Err(error) => return step_up_or_fail(error, member),
    };
    let standard = MailSettings { port: 587, ..MailSettings::default() };
    let (mut mail_typed, mut sms_typed) = (
        mail.as_ref().map_or(standard, |chosen| chosen.settings.clone()),
        sms.as_ref().map_or_else(
            || SmsSettings { method: "POST".into(), ..SmsSettings::default() },
            |chosen| chosen.settings.clone(),
        ),
    );
    let (mut mail_problems, mut sms_problems) = (Problems::default(), Problems::default());
    match refused {
        Refused::Neither => {}
        Refused::Mail(typed, problems) => (mail_typed, mail_problems) = (typed, problems),
        Refused::Sms(typed, problems) => (sms_typed, sms_problems) = (typed, problems),
    }
    let configured = site.identity().mail_server().map(|server| format!("{}:{}", server.host, server.port));
    let page = SendingPage {
        frame,
        configured,
        mail: MailForm::new(mail_typed, &mail_problems, mail.as_ref().map(|chosen| chosen.has_secret)),
        sms: SmsForm::new(sms_typed, &sms_problems, sms.as_ref().map(|chosen| chosen.has_secret)),
        problems: mail_problems.0.into_iter().chain(sms_problems.0).collect(),
    };
    Ok(if status == StatusCode::OK { self::page(&page) } else { page_with(status, &page) })
}

impl MailForm {
    fn new(settings: MailSettings, problems: &Problems, has_secret: Option<bool>) -> Self {
        let port = if settings.port == 0 { String::new() } else { settings.port.to_string() };
        let ways = Protection::ALL.map(|way| Choice::new(way.code(), way.name(), way == settings.protection));
        MailForm {
            is_chosen: has_secret.is_some(),
            has_secret: has_secret.unwrap_or(false),
            host: problems.input("host", settings.host),
            port: problems.input("port", port),
            protection: problems.input("protection", settings.protection.code()),
            protections: ways.into(),
            user: problems.input("user", settings.user),
            password: problems.input("password", ""),
            from: problems.input("from", settings.from),
            from_name: problems.input("from_name", settings.from_name),
            certificate: problems.input("certificate", settings.certificate),
        }
    }
}

impl SmsForm {
    fn new(settings: SmsSettings, problems: &Problems, has_secret: Option<bool>) -> Self {
        let methods = ["POST", "PUT", "GET"].map(|method| Choice::new(method, method, method == settings.method));
        SmsForm {
            is_chosen: has_secret.is_some(),
            has_secret: has_secret.unwrap_or(false),
            url: problems.input("url", settings.url),
            method: problems.input("method", settings.method),
            methods: methods.into(),
            headers: problems.input("headers", settings.headers),
            body: problems.input("body", settings.body),
            sender: problems.input("sender", settings.from),
            secret: problems.input("secret", ""),
        }
    }
}
