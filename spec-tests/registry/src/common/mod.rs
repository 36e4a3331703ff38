//! Requirements on every endpoint: names, errors, warnings, HTTP.

requirements! {
    base_endpoint,
    error_form,
    warning_form,
}
