//! Which list of users is looked at, as its address says: filter, order, page.

use std::borrow::Cow;

use base::{AttributeId, GroupId, Timestamp};
use identity::access::Role;
use identity::accounts::{Column, Filter, ListQuery, PageRequest, RoleFilter, Sort, Start, StatusFilter, ValueFilter};
use identity::attributes::{Access, Attribute, Attributes, MAX_TEXT};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::custom::canonical;
use crate::fields::{Fields, with_query};

/// Where the list is.
pub(crate) const PATH: &str = "/console/users";

/// The names of attributes in the address begin so.
const CUSTOM: &str = "custom.";
/// So many attributes can narrow a list at once.
const MOST_CUSTOM: usize = 100;

/// A name with its value, as forms and addresses carry it.
pub(crate) type Pair = (Cow<'static, str>, String);

/// Which list of users is looked at. Everything is in the address, so that it can be kept, sent and gone back to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ListAddress {
    pub(crate) q: String,
    pub(crate) last: String,
    pub(crate) first: String,
    pub(crate) username: String,
    pub(crate) email: String,
    pub(crate) status: Option<StatusFilter>,
    pub(crate) role: Option<RoleFilter>,
    pub(crate) group: Option<GroupId>,
    /// What attributes must hold, each once.
    pub(crate) custom: Vec<(AttributeId, String)>,
    pub(crate) created_from: Option<Date>,
    pub(crate) created_to: Option<Date>,
    pub(crate) no_sign_in_since: Option<Date>,
    pub(crate) sort: Sort,
    /// The column that the list is sorted by when its address names none.
    pub(crate) usual: Column,
    /// The page's number; 0 and 1 are the first.
    pub(crate) page: u64,
    pub(crate) start: Start,
    /// Whether the panel of the advanced search is open.
    pub(crate) is_advanced: bool,
    /// Who is selected when the list comes.
    pub(crate) selected: Selected,
    /// Whether matches are counted to the last one.
    pub(crate) counts_all: bool,
}

/// Who is selected when the list comes; single users are ticked by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Selected {
    #[default]
    Nobody,
    /// Everybody on the page.
    Page,
    /// All that match, on every page.
    All,
}

impl Selected {
    fn from_code(code: &str) -> Self {
        match code {
            "page" => Selected::Page,
            "all" => Selected::All,
            _ => Selected::Nobody,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Selected::Nobody => "",
            Selected::Page => "page",
            Selected::All => "all",
        }
    }
}

impl ListAddress {
    /// Reads an address. What is unknown or unreadable is as if it were not there.
    pub(crate) fn read(fields: &Fields) -> Self {
        ListAddress::read_sorted_by(Column::default(), fields)
    }

    /// As [`ListAddress::read`], of a list with another usual order.
    pub(crate) fn read_sorted_by(usual: Column, fields: &Fields) -> Self {
        let text = |name| clipped(fields.text(name));
        let date = |name| fields.text(name).parse::<Date>().ok();
        let start = match (fields.text("after").parse(), fields.text("before").parse()) {
            (Ok(account), _) => Start::After(account),
            (_, Ok(account)) => Start::Before(account),
            _ => Start::Number,
        };
        ListAddress {
            q: text("q"),
            last: text("last"),
            first: text("first"),
            username: text("username"),
            email: text("email"),
            status: StatusFilter::from_code(fields.text("status")),
            role: role_from_code(fields.text("role")),
            group: fields.text("group").parse().ok(),
            custom: custom(fields),
            created_from: date("created_from"),
            created_to: date("created_to"),
            no_sign_in_since: date("no_sign_in_since"),
            sort: Sort {
                column: Column::from_code(fields.text("sort")).unwrap_or(usual),
                descending: fields.text("dir") == "desc",
            },
            usual,
            page: number(fields.text("page")),
            start,
            is_advanced: fields.is_checked("advanced"),
            selected: Selected::from_code(fields.text("select")),
            counts_all: fields.text("count") == "all",
        }
    }

    /// Reads the address that `text` is, if it is one of the list.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        ListAddress::parse_at(PATH, text)
    }

    /// As [`ListAddress::parse`], of a list at another path.
    pub(crate) fn parse_at(path: &str, text: &str) -> Option<Self> {
        let (found, query) = text.split_once('?').unwrap_or((text, ""));
        (found == path).then(|| ListAddress::read(&Fields::parse(query.as_bytes())))
    }

    /// The address itself, shortest form.
    pub(crate) fn href(&self) -> String {
        self.href_at(PATH)
    }

    /// The same list at another path, which tells a part of the filter itself.
    pub(crate) fn href_at(&self, path: &str) -> String {
        let (page, after, before) = match self.start {
            Start::Number => (self.page, String::new(), String::new()),
            Start::After(account) => (self.page, account.to_string(), String::new()),
            Start::Before(account) => (self.page, String::new(), account.to_string()),
        };
        let page = if page > 1 { page.to_string() } else { String::new() };
        let mut pairs = self.filter_pairs();
        let places = [
            ("sort", if self.sort.column == self.usual { "" } else { self.sort.column.code() }.to_owned()),
            ("dir", if self.sort.descending { "desc" } else { "" }.to_owned()),
            ("page", page),
            ("after", after),
            ("before", before),
            ("advanced", if self.is_advanced { "1" } else { "" }.to_owned()),
            ("select", self.selected.code().to_owned()),
            ("count", if self.counts_all { "all" } else { "" }.to_owned()),
        ];
        pairs.extend(places.map(|(name, value)| (name.into(), value)));
        with_query(path, pairs.iter().map(|(name, value)| (name.as_ref(), value.as_str())))
    }

    /// Where the list is exported, whole.
    pub(crate) fn export_href(&self) -> String {
        let list = self.with(|_| {}).href();
        format!("{PATH}/export{}", list.strip_prefix(PATH).unwrap_or_default())
    }

    /// The same list, changed and begun anew at its first page.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = self.on_page(1, Start::Number);
        other.is_advanced = false;
        other.counts_all = false;
        change(&mut other);
        other
    }

    /// The same list at another page, nothing selected.
    pub(crate) fn on_page(&self, page: u64, start: Start) -> Self {
        ListAddress { page, start, selected: Selected::Nobody, ..self.clone() }
    }

    /// The order after a click on `column`: the present one turns, another begins ascending.
    pub(crate) fn sorted_by(&self, column: Column) -> Self {
        let descending = self.sort.column == column && !self.sort.descending;
        self.with(|address| address.sort = Sort { column, descending })
    }

    /// The list without any filter, in the same order.
    pub(crate) fn unfiltered(&self) -> Self {
        ListAddress { sort: self.sort, usual: self.usual, ..ListAddress::default() }
    }

    /// Whether anything narrows the list.
    pub(crate) fn is_filtered(&self) -> bool {
        !self.filter().is_empty()
    }

    /// What narrows the list.
    pub(crate) fn filter(&self) -> Filter {
        Filter {
            quick: self.q.clone(),
            last_name: self.last.clone(),
            first_name: self.first.clone(),
            username: self.username.clone(),
            email: self.email.clone(),
            statuses: self.status.into_iter().collect(),
            role: self.role,
            group: self.group,
            custom: self.custom.iter().map(value_filter).collect(),
            created_from: self.created_from.and_then(midnight),
            created_before: self.created_to.and_then(|day| midnight(day.checked_add(1.day()).ok()?)),
            unused_since: self.no_sign_in_since.and_then(midnight),
        }
    }

    /// The question to put to the core, `size` accounts on a page.
    pub(crate) fn query(&self, size: u32) -> ListQuery {
        ListQuery {
            filter: self.filter(),
            sort: self.sort,
            size,
            page: PageRequest { number: self.page.max(1), start: self.start },
            count_all: self.counts_all,
        }
    }

    /// The same list from the same page, with these selected.
    pub(crate) fn with_selected(&self, selected: Selected) -> Self {
        ListAddress { selected, ..self.clone() }
    }

    /// What narrows the list and has no field in the toolbar.
    pub(crate) fn hidden_filter_pairs(&self) -> Vec<Pair> {
        let mut pairs = self.filter_pairs();
        pairs.retain(|(name, value)| !value.is_empty() && !["q", "status"].contains(&name.as_ref()));
        pairs
    }

    /// What narrows the list, name by name, as forms and addresses carry it.
    pub(crate) fn filter_pairs(&self) -> Vec<Pair> {
        let date = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let fixed = [
            ("q", self.q.clone()),
            ("last", self.last.clone()),
            ("first", self.first.clone()),
            ("username", self.username.clone()),
            ("email", self.email.clone()),
            ("status", self.status.map(StatusFilter::code).unwrap_or_default().to_owned()),
            ("role", self.role.map(RoleFilter::code).unwrap_or_default().to_owned()),
            ("group", self.group.map(|group| group.to_string()).unwrap_or_default()),
            ("created_from", date(self.created_from)),
            ("created_to", date(self.created_to)),
            ("no_sign_in_since", date(self.no_sign_in_since)),
        ];
        let custom = self.custom.iter().map(|(attribute, wanted)| (custom_name(*attribute).into(), wanted.clone()));
        fixed.into_iter().map(|(name, value)| (name.into(), value)).chain(custom).collect()
    }

    /// The same list as `attributes` let it be: those that can't be searched narrow nothing, and a choice may be named
    /// by its label.
    #[must_use]
    pub(crate) fn heeding(mut self, attributes: &Attributes) -> Self {
        self.custom.retain_mut(|(id, wanted)| {
            let attribute = attributes.by_id(*id).filter(|attribute| can_be_asked_for(attribute));
            if let Some(attribute) = attribute {
                *wanted = canonical(&attribute.definition, wanted);
            }
            attribute.is_some()
        });
        self
    }
}

/// Whether administrators may look for values of an attribute.
pub(super) fn can_be_asked_for(attribute: &Attribute) -> bool {
    attribute.can_be_searched() && attribute.definition.in_console != Access::Hidden
}

/// The name of an attribute in the address.
pub(super) fn custom_name(attribute: AttributeId) -> String {
    format!("{CUSTOM}{attribute}")
}

fn custom(fields: &Fields) -> Vec<(AttributeId, String)> {
    let wanted = |name: &str| {
        let attribute = name.strip_prefix(CUSTOM)?.parse().ok()?;
        let wanted: String = fields.text(name).chars().take(MAX_TEXT).collect();
        (!wanted.is_empty()).then_some((attribute, wanted))
    };
    fields.names().filter_map(wanted).take(MOST_CUSTOM).collect()
}

fn value_filter((attribute, wanted): &(AttributeId, String)) -> ValueFilter {
    ValueFilter { attribute: *attribute, wanted: wanted.clone() }
}

/// The administrators that can be chosen.
pub(crate) const ROLE_FILTERS: [RoleFilter; 6] = [
    RoleFilter::Any,
    RoleFilter::Role(Role::SuperAdministrator),
    RoleFilter::Role(Role::UserAdministrator),
    RoleFilter::Role(Role::SsoAdministrator),
    RoleFilter::Role(Role::SystemAdministrator),
    RoleFilter::None,
];

/// A choice of administrators as people read it.
pub(crate) fn role_words(filter: RoleFilter) -> String {
    match filter {
        RoleFilter::Any => "Any administrator".to_owned(),
        RoleFilter::None => "No administrator".to_owned(),
        RoleFilter::Role(role) => role.to_string(),
    }
}

fn role_from_code(code: &str) -> Option<RoleFilter> {
    ROLE_FILTERS.into_iter().find(|filter| filter.code() == code)
}

/// A number of any size: what is too great for us is the greatest, what is none is nothing.
fn number(text: &str) -> u64 {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().unwrap_or(u64::MAX) } else { 0 }
}

/// No value in an account is longer, so a longer text finds nothing more.
pub(crate) fn clipped(text: &str) -> String {
    text.chars().take(128).collect()
}

fn midnight(day: Date) -> Option<Timestamp> {
    let instant = day.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(Timestamp::from_millis(instant.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use identity::accounts::Status;

    use super::*;

    fn read(query: &str) -> ListAddress {
        ListAddress::read(&Fields::parse(query.as_bytes()))
    }

    #[test]
    fn an_address_is_read_and_written_the_same() {
        let query = "last=an&status=disabled&role=user_administrator&group=01939a5c-7b7e-7cc0-8000-000000000001&created_from=2024-09-01&sort=email&dir=desc&page=3";
        assert_eq!(read(query).href(), format!("{PATH}?{query}"));
        assert_eq!(read("").href(), PATH);
        assert_eq!(ListAddress::parse(&format!("{PATH}?{query}")), Some(read(query)));
        assert_eq!(ListAddress::parse("/console/groups?q=a"), None);
    }

    #[test]
    fn es_23_unknown_values_fall_back_to_the_default() {
        let odd = "sort=password_hash&dir=sideways&status=pending&role=king&group=staff&created_from=yesterday&page=-1&after=1";
        assert_eq!(read(odd), ListAddress::default());
    }

    #[test]
    fn the_whole_list_is_exported_whatever_its_page_shows() {
        let address = read("q=a&sort=email&page=3&select=page&advanced=1&count=all");
        assert_eq!(address.export_href(), "/console/users/export?q=a&sort=email");
        assert_eq!(read("").export_href(), "/console/users/export");
    }

    #[test]
    fn a_page_number_beyond_measure_is_the_greatest() {
        assert_eq!(read("page=1000000000000000000").page, 1_000_000_000_000_000_000);
        assert_eq!(read("page=99999999999999999999999").page, u64::MAX);
        assert_eq!(read("page=1e9").page, 0);
    }

    #[test]
    fn es_11_another_order_or_filter_begins_at_the_first_page() {
        let address = read("q=a&page=3&select=all");
        assert_eq!(address.sorted_by(Column::Email).href(), "/console/users?q=a&sort=email");
        assert_eq!(address.with(|a| a.status = Some(StatusFilter::Status(Status::Enabled))).page, 1);
    }

    #[test]
    fn es_14_and_es_15_a_click_turns_the_present_column_only() {
        let first = read("");
        assert_eq!(first.sorted_by(Column::LastName).href(), "/console/users?dir=desc");
        assert_eq!(first.sorted_by(Column::LastName).sorted_by(Column::LastName).href(), "/console/users");
        assert_eq!(read("dir=desc").sorted_by(Column::Email).href(), "/console/users?sort=email");
    }

    #[test]
    fn the_day_named_last_belongs_to_the_days_looked_at() {
        let filter = read("created_from=2026-11-20&created_to=2026-11-20").filter();
        assert_eq!(filter.created_from, Timestamp::parse("2026-11-20T00:00:00Z"));
        assert_eq!(filter.created_before, Timestamp::parse("2026-11-21T00:00:00Z"));
    }
}
