//! Requirements on every endpoint: names, errors, warnings, HTTP.

requirements! {
    base_endpoint,
    error_form,
    warning_form,
    name_grammar,
    name_separators,
    name_depth,
    name_traversal,
    error_code_form,
    error_code_known,
    error_code_fits,
    warning_size,
    method_not_allowed,
    retry_after,
    no_server_errors,
    unauthorized,
    credentials_unknown,
}
