//! The whole route table: every address, what may be done there, and who may.

use axum::Router;
use axum::routing::{get, post};

use crate::console::accounts as users;
use crate::console::administrators;
use crate::console::attributes;
use crate::console::groups;
use crate::console::home as console;
use crate::console::imports;
use crate::console::outbox;
use crate::console::registrations;
use crate::console::search;
use crate::console::sending;
use crate::console::settings;
use crate::console::templates;
use crate::portal::{
    account, change_password, choose_password, confirm, home, link_over, password_code, reauth, recover_username,
    send_again, set_password, setup, sign_in, verify_mobile,
};
use crate::site::Site;
use crate::theme;

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The address, with `{id}` for what differs.
    pub path: &'static str,
    /// Who may.
    pub who: Who,
}

/// Who may do what a route does. The core decides; this is what a test holds it to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anyone at all.
    Anyone,
    /// Anyone who is signed in.
    SignedIn,
    /// Whoever holds an administrator role.
    Administrators,
    /// Administrators of users, and super administrators.
    UserAdministrators,
    /// Administrators of users and of the system, and super administrators.
    UserOrSystemAdministrators,
    /// Administrators of the system, and super administrators.
    SystemAdministrators,
    /// Super administrators.
    SuperAdministrators,
}

macro_rules! table {
    ($($method:ident $path:literal $who:ident => $handler:path;)+) => {
        /// Every route, in the order of the table.
        pub const TABLE: &[Route] = &[$(Route { method: table!(@name $method), path: $path, who: Who::$who }),+];

        /// The table as a router.
        pub(crate) fn router() -> Router<Site> {
            Router::new()$(.route($path, $method($handler)))+
        }
    };
    (@name get) => { "GET" };
    (@name post) => { "POST" };
}

table! {
    get  "/"                              Anyone             => home::show;
    get  "/sign-in"                       Anyone             => sign_in::form;
    post "/sign-in"                       Anyone             => sign_in::submit;
    post "/sign-out"                      Anyone             => sign_in::leave;
    get  "/set-password"                  SignedIn           => set_password::form;
    post "/set-password"                  SignedIn           => set_password::submit;
    get  "/reauth"                        SignedIn           => reauth::form;
    post "/reauth"                        SignedIn           => reauth::submit;
    get  "/setup/{token}"                 Anyone             => setup::form;
    post "/setup/{token}"                 Anyone             => setup::submit;
    get  "/invitation/{token}"            Anyone             => choose_password::form;
    post "/invitation/{token}"            Anyone             => choose_password::submit;
    get  "/reset-password/{token}"        Anyone             => choose_password::form;
    post "/reset-password/{token}"        Anyone             => choose_password::submit;
    get  "/recover-username"              Anyone             => recover_username::form;
    post "/recover-username"              Anyone             => recover_username::submit;
    get  "/change-password"               Anyone             => change_password::form;
    post "/change-password"               Anyone             => change_password::submit;
    get  "/password-code"                 Anyone             => password_code::form;
    post "/password-code"                 Anyone             => password_code::submit;
    get  "/confirm/{token}"               Anyone             => confirm::registration;
    post "/confirm/{token}"               Anyone             => confirm::confirm_registration;
    get  "/verify-email/{token}"          Anyone             => confirm::email;
    post "/verify-email/{token}"          Anyone             => confirm::verify_email;
    get  "/verify-mobile"                 Anyone             => verify_mobile::form;
    post "/verify-mobile"                 Anyone             => verify_mobile::submit;
    post "/send-again"                    Anyone             => send_again::submit;
    get  "/confirm-email/{token}"         Anyone             => confirm::new_email;
    post "/confirm-email/{token}"         Anyone             => confirm::confirm_email;
    post "/new-link"                      Anyone             => link_over::renew;
    post "/prefs/theme"                   Anyone             => theme::choose;
    get  "/account"                       SignedIn           => account::profile::show;
    get  "/account/password"              SignedIn           => account::password::form;
    post "/account/password"              SignedIn           => account::password::submit;
    get  "/account/email"                 SignedIn           => account::email::form;
    post "/account/email"                 SignedIn           => account::email::submit;
    post "/account/email/send"            SignedIn           => account::email::send;
    post "/account/email/keep"            SignedIn           => account::email::keep;

    get  "/console"                       Administrators     => console::show;
    get  "/console/search"                Administrators     => search::show;
    get  "/console/registrations"         UserAdministrators => registrations::show;
    get  "/console/users"                 UserAdministrators => users::list::show;
    post "/console/users"                 UserAdministrators => users::new::submit;
    get  "/console/users/new"             UserAdministrators => users::new::form;
    post "/console/users/bulk"            UserAdministrators => users::bulk::submit;
    post "/console/users/bulk/delete"     UserAdministrators => users::bulk_delete::submit;
    post "/console/users/bulk/lock"      UserAdministrators => users::bulk_lock::submit;
    post "/console/users/bulk/decide"    UserAdministrators => users::bulk_decide::submit;
    post "/console/users/bulk/group"      UserAdministrators => users::bulk_group::submit;
    get  "/console/users/bulk/{change}"   UserAdministrators => users::bulk_change::show;
    get  "/console/users/bulk/{change}/progress" UserAdministrators => users::bulk_change::progress;
    post "/console/users/bulk/{change}/stop" UserAdministrators => users::bulk_change::stop;
    get  "/console/users/export"          UserAdministrators => users::export::ask;
    post "/console/users/export"          UserAdministrators => users::export::submit;
    get  "/console/users/{id}"            UserAdministrators => users::show::show;
    post "/console/users/{id}"            UserAdministrators => users::edit::submit;
    get  "/console/users/{id}/groups"     UserAdministrators => users::groups::show;
    get  "/console/users/{id}/groups/add" UserAdministrators => users::groups::choose;
    post "/console/users/{id}/groups/add" UserAdministrators => users::groups::add;
    post "/console/users/{id}/groups/remove" UserAdministrators => users::groups::remove;
    get  "/console/users/{id}/roles"      SuperAdministrators => users::roles::show;
    post "/console/users/{id}/roles"      SuperAdministrators => users::roles::submit;
    get  "/console/users/{id}/sessions"   UserAdministrators => users::sessions::show;
    post "/console/users/{id}/sessions/end" UserAdministrators => users::sessions::end;
    get  "/console/users/{id}/activity"   UserAdministrators => users::activity::show;
    get  "/console/users/{id}/messages"   UserAdministrators => users::messages::show;
    post "/console/users/{id}/messages"   UserAdministrators => users::messages::retry;
    get  "/console/users/{id}/danger"     UserAdministrators => users::danger::show;
    post "/console/users/{id}/lock"       UserAdministrators => users::lock::lock;
    post "/console/users/{id}/unlock"     UserAdministrators => users::lock::unlock;
    post "/console/users/{id}/send-username" UserAdministrators => users::send_username::submit;
    post "/console/users/{id}/enable"     UserAdministrators => users::switch::enable;
    post "/console/users/{id}/disable"    UserAdministrators => users::switch::disable;
    get  "/console/users/{id}/password"   UserAdministrators => users::password::ask;
    post "/console/users/{id}/password"   UserAdministrators => users::password::submit;
    post "/console/users/{id}/resend"     UserAdministrators => users::resend::submit;
    get  "/console/users/{id}/delete"     UserAdministrators => users::delete::ask;
    post "/console/users/{id}/delete"     UserAdministrators => users::delete::submit;
    get  "/console/users/{id}/approve"    UserAdministrators => users::decide::ask_to_approve;
    post "/console/users/{id}/approve"    UserAdministrators => users::decide::approve;
    get  "/console/users/{id}/activate"   UserAdministrators => users::decide::ask_to_activate;
    post "/console/users/{id}/activate"   UserAdministrators => users::decide::activate;
    get  "/console/users/{id}/reject"     UserAdministrators => users::decide::ask_to_reject;
    post "/console/users/{id}/reject"     UserAdministrators => users::decide::reject;

    get  "/console/groups"                UserAdministrators => groups::list::show;
    post "/console/groups"                UserAdministrators => groups::edit::create;
    get  "/console/groups/new"            UserAdministrators => groups::edit::new;
    get  "/console/groups/{group}"        UserAdministrators => groups::members::show;
    get  "/console/groups/{group}/add"    UserAdministrators => groups::add::choose;
    post "/console/groups/{group}/add"    UserAdministrators => groups::add::submit;
    post "/console/groups/{group}/remove" UserAdministrators => groups::remove::submit;
    get  "/console/groups/{group}/settings" UserAdministrators => groups::edit::form;
    post "/console/groups/{group}/settings" UserAdministrators => groups::edit::submit;
    get  "/console/groups/{group}/delete" UserAdministrators => groups::delete::ask;
    post "/console/groups/{group}/delete" UserAdministrators => groups::delete::submit;
    get  "/console/imports"               UserAdministrators => imports::list::show;
    post "/console/imports"               UserAdministrators => imports::upload::submit;
    get  "/console/imports/new"           UserAdministrators => imports::upload::form;
    get  "/console/imports/template.csv"  UserAdministrators => imports::upload::template;
    get  "/console/imports/example.csv"   UserAdministrators => imports::upload::example;
    get  "/console/imports/{id}"          UserAdministrators => imports::open;
    get  "/console/imports/{id}/1"        UserAdministrators => imports::upload::show;
    get  "/console/imports/{id}/2"        UserAdministrators => imports::options::show;
    post "/console/imports/{id}/2"        UserAdministrators => imports::options::submit;
    post "/console/imports/{id}/preview"  UserAdministrators => imports::options::preview;
    get  "/console/imports/{id}/3"        UserAdministrators => imports::map::show;
    post "/console/imports/{id}/3"        UserAdministrators => imports::map::submit;
    post "/console/imports/{id}/mapping/use" UserAdministrators => imports::mappings::apply;
    post "/console/imports/{id}/mapping/delete" UserAdministrators => imports::mappings::delete;
    get  "/console/imports/{id}/4"        UserAdministrators => imports::merge::show;
    post "/console/imports/{id}/4"        UserAdministrators => imports::merge::submit;
    get  "/console/imports/{id}/5"        UserAdministrators => imports::review::show;
    post "/console/imports/{id}/5"        UserAdministrators => imports::review::submit;
    get  "/console/imports/{id}/check"    UserAdministrators => imports::review::progress;
    post "/console/imports/{id}/check"    UserAdministrators => imports::review::check;
    get  "/console/imports/{id}/6"        UserAdministrators => imports::execute::show;
    get  "/console/imports/{id}/progress" UserAdministrators => imports::execute::progress;
    post "/console/imports/{id}/stop"     UserAdministrators => imports::execute::stop;
    post "/console/imports/{id}/cancel"   UserAdministrators => imports::upload::cancel;
    get  "/console/imports/{id}/undo"     UserAdministrators => imports::undo::show;
    post "/console/imports/{id}/undo"     UserAdministrators => imports::undo::submit;
    get  "/console/imports/{id}/undo/progress" UserAdministrators => imports::undo::progress;
    get  "/console/imports/{id}/problems.csv" UserAdministrators => imports::downloads::problems;
    get  "/console/imports/{id}/report.csv" UserAdministrators => imports::downloads::report;
    get  "/console/imports/{id}/failed.csv" UserAdministrators => imports::downloads::failed;

    get  "/console/administrators"        SuperAdministrators => administrators::list::show;
    get  "/console/administrators/{id}/grant" SuperAdministrators => administrators::confirm::ask_to_grant;
    post "/console/administrators/{id}/grant" SuperAdministrators => administrators::confirm::grant;
    get  "/console/administrators/{id}/revoke" SuperAdministrators => administrators::confirm::ask_to_revoke;
    post "/console/administrators/{id}/revoke" SuperAdministrators => administrators::confirm::revoke;

    get  "/console/policies"              SystemAdministrators => settings::overview::show;
    get  "/console/policies/presets/{preset}" SystemAdministrators => settings::plan::show_preset;
    post "/console/policies/presets/{preset}" SystemAdministrators => settings::plan::choose_preset;
    get  "/console/policies/{policy}"     SystemAdministrators => settings::edit::show;
    post "/console/policies/{policy}"     SystemAdministrators => settings::edit::submit;
    post "/console/policies/{policy}/try"  SystemAdministrators => settings::sample::tell;
    get  "/console/policies/{policy}/reset" SystemAdministrators => settings::plan::show_reset;
    post "/console/policies/{policy}/reset" SystemAdministrators => settings::plan::reset;
    get  "/console/settings"              SystemAdministrators => settings::edit::show;
    post "/console/settings"              SystemAdministrators => settings::edit::submit;
    get  "/console/settings/reset"        SystemAdministrators => settings::plan::show_reset;
    post "/console/settings/reset"        SystemAdministrators => settings::plan::reset;
    get  "/console/settings/messages"     SystemAdministrators => settings::edit::show;
    post "/console/settings/messages"     SystemAdministrators => settings::edit::submit;
    get  "/console/settings/messages/reset" SystemAdministrators => settings::plan::show_reset;
    post "/console/settings/messages/reset" SystemAdministrators => settings::plan::reset;
    get  "/console/templates"             SystemAdministrators => templates::list::show;
    get  "/console/templates/{template}"  SystemAdministrators => templates::edit::form;
    post "/console/templates/{template}"  SystemAdministrators => templates::edit::submit;
    get  "/console/templates/{template}/preview" SystemAdministrators => templates::preview::saved;
    post "/console/templates/{template}/preview" SystemAdministrators => templates::preview::of_typed;
    post "/console/templates/{template}/test" SystemAdministrators => templates::edit::test;
    post "/console/templates/{template}/restore" SystemAdministrators => templates::edit::restore;
    get  "/console/outbox"                SystemAdministrators => outbox::list::show;
    post "/console/outbox"                SystemAdministrators => outbox::list::change;
    get  "/console/outbox/{message}"      SystemAdministrators => outbox::show::show;
    get  "/console/outbox/{message}/preview" SystemAdministrators => outbox::show::preview;
    post "/console/outbox/{message}/reveal" SuperAdministrators => outbox::show::reveal;
    get  "/console/sending"               SystemAdministrators => sending::form;
    post "/console/sending/mail"          SystemAdministrators => sending::choose_mail;
    post "/console/sending/sms"           SystemAdministrators => sending::choose_sms;

    get  "/console/attributes"            UserOrSystemAdministrators => attributes::list::show;
    post "/console/attributes"            SystemAdministrators => attributes::new::submit;
    get  "/console/attributes/new"        SystemAdministrators => attributes::new::form;
    get  "/console/attributes/{field}" SystemAdministrators => attributes::edit::form;
    post "/console/attributes/{field}" SystemAdministrators => attributes::edit::submit;
    post "/console/attributes/{field}/move" SystemAdministrators => attributes::list::rearrange;
    get  "/console/attributes/{field}/delete" SystemAdministrators => attributes::delete::ask;
    post "/console/attributes/{field}/delete" SystemAdministrators => attributes::delete::submit;
}
