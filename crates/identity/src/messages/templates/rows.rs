//! The rows of templates.

use base::{OrganizationId, Timestamp};
use store::{Row, Tx, params};

use super::{Language, Text};
use crate::Result;

/// A text that an organization wrote.
pub(super) struct OwnText {
    /// The key of its template.
    pub(super) template: String,
    pub(super) language: Language,
    pub(super) text: Text,
    pub(super) modified_at: Timestamp,
    pub(super) modified_by: String,
}

fn read(row: &Row<'_>) -> store::Result<OwnText> {
    let tag: String = row.get(1)?;
    let unknown = || store::Error::Failed(format!("a template is in the unknown language {tag}"));
    Ok(OwnText {
        template: row.get(0)?,
        language: Language::from_tag(&tag).ok_or_else(unknown)?,
        text: Text { subject: row.get(2)?, plain: row.get(3)?, html: row.get(4)?, sms: row.get(5)? },
        modified_at: row.time(6)?,
        modified_by: row.get(7)?,
    })
}

pub(super) async fn all(tx: &mut Tx, organization: OrganizationId) -> Result<Vec<OwnText>> {
    Ok(tx
        .all(
            "select template, language, subject, plain, html, sms, modified_at, modified_by
             from message_templates where organization_id = $1 order by template, language",
            params![organization],
            read,
        )
        .await?)
}

pub(super) async fn put(tx: &mut Tx, organization: OrganizationId, own: OwnText) -> Result<()> {
    let Text { subject, plain, html, sms } = own.text;
    tx.execute(
        "insert into message_templates (organization_id, template, language, subject, plain, html, sms, modified_at,
             modified_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (organization_id, template, language) do update set subject = excluded.subject,
             plain = excluded.plain, html = excluded.html, sms = excluded.sms, modified_at = excluded.modified_at,
             modified_by = excluded.modified_by",
        params![
            organization,
            own.template,
            own.language.tag(),
            subject,
            plain,
            html,
            sms,
            own.modified_at,
            own.modified_by
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn remove(
    tx: &mut Tx,
    organization: OrganizationId,
    template: &str,
    language: Language,
) -> Result<u64> {
    Ok(tx
        .execute(
            "delete from message_templates where organization_id = $1 and template = $2 and language = $3",
            params![organization, template, language.tag()],
        )
        .await?)
}
