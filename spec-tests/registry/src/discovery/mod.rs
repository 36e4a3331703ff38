//! Requirements on listing tags and referrers (spec.md, section "Content Discovery").

requirements! {
    tags_list,
    tags_body,
    tags_order,
    referrers_list,
    referrers_filter,
}
