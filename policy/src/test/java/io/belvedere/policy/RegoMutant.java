package io.belvedere.policy;

/** Ways in which the shipped policy could be written wrong, each one edit of its text. */
enum RegoMutant {
    CLASSIFICATION_DROPPED(
            "a column's classes count for nothing",
            "masks",
            "role_mask(role, column) := strictest({class_mask(role, class, column.type) | some class in column.classes})",
            "role_mask(role, column) := strictest({class_mask(role, class, column.type) | some class in []})"),
    UNKNOWN_CLASS_SHOWN(
            "a class that the data do not name is shown",
            "masks",
            "} else := {\"mask\": \"hidden\"}",
            "} else := {\"mask\": \"none\"}"),
    UNFIT_MASK_SHOWN(
            "a mask that does not fit a type shows the value",
            "masks",
            "} else := {\"mask\": \"null\"}\n\nfits(",
            "} else := {\"mask\": \"none\"}\n\nfits("),
    MILDEST_CLASS_WINS(
            "of several classes the mildest decides",
            "masks",
            "sort({[strength[mask.mask], mask] | some mask in masks})[count(masks) - 1][1]",
            "sort({[strength[mask.mask], mask] | some mask in masks})[0][1]"),
    TWO_PARTS_ADD_UP(
            "two parts of a value are one of them rather than nothing",
            "masks",
            "count({mask | some mask in masks; strength[mask.mask] == 1}) > 1",
            "count({mask | some mask in masks; strength[mask.mask] == 1}) > 99"),
    HASH_WITHOUT_SALT(
            "a hash is salted with nothing",
            "masks",
            "salt_text(salts) := concat(\"&\", [concat(\"=\", [escaped(salt), escaped(salt_value(salt))]) | some salt in salts])",
            "salt_text(_) := \"\""),
    ROW_FILTER_DROPPED(
            "a role of some rows reads all",
            "rows",
            "row_rule(rule, view) := {\"filter\": joined(\"and\", conditions)} if {",
            "row_rule(rule, view) := \"all\" if {"),
    FILTERS_OF_A_VIEW_ORED(
            "the conditions of one role are joined by OR",
            "rows",
            "{\"filter\": joined(\"and\", conditions)}",
            "{\"filter\": joined(\"or\", conditions)}"),
    FILTERS_OF_ROLES_ANDED(
            "the rows of several roles are joined by AND",
            "rows",
            "{\"filter\": joined(\"or\", {rule.filter | some rule in rules})}",
            "{\"filter\": joined(\"and\", {rule.filter | some rule in rules})}"),
    EMPTY_ATTRIBUTE_MATCHES("an attribute that is empty counts", "rows", "\tvalue != \"\"\n", ""),
    SCOPE_OF_ANY_TYPE(
            "a rule's column may be of any type",
            "rows",
            "\tevery column in scope {\n\t\tcolumn.type == \"varchar\"\n\t}\n",
            ""),
    SECOND_VIEWS_FILTER_DROPPED(
            "one view that is granted grants the others",
            "decision",
            "every view in input.views {\n\t\tviews[view.id].access == \"rows\"\n\t}\n} else := {\"effect\": \"deny\", \"reason\": \"caller.unknown\"}",
            "some view in input.views\n\tviews[view.id].access == \"rows\"\n} else := {\"effect\": \"deny\", \"reason\": \"caller.unknown\"}"),
    HIDDEN_VIEW_SAID(
            "a hidden view is called withheld",
            "decision",
            "} else := {\"effect\": \"deny\", \"reason\": \"view.hidden\"} if {\n\treads_rows",
            "} else := {\"effect\": \"deny\", \"reason\": \"rows.withheld\"} if {\n\treads_rows"),
    FULL_DETAIL_FOR_ONE_VIEW(
            "full detail on one view is full detail on all",
            "decision",
            "\tevery view in input.views {\n\t\tsome role, _ in row_rules[view.id]",
            "\tsome view in input.views\n\tsome role, _ in row_rules[view.id]\n\tsome _ in [1]\n\tevery _ in [1] {\n\t\ttrue"),
    DENY_TREATED_AS_ALLOW(
            "what is withheld is allowed",
            "decision",
            "{\"effect\": \"deny\", \"reason\": \"rows.withheld\"} if {\n\treads_rows",
            "{\"effect\": \"allow\", \"reason\": \"rows.withheld\"} if {\n\treads_rows"),
    PREVIEW_FOR_ALL(
            "whoever has a role may look as another", "decision", "\tdata.belvedere.roles[role].preview == true\n", ""),
    PURPOSE_IGNORED(
            "a role counts for any purpose",
            "callers",
            "suits_purpose(rules) if input.purpose in rules.purposes",
            "suits_purpose(rules) if count(rules.purposes) > 0"),
    KINDS_IGNORED(
            "a role counts for agents and services as for people",
            "callers",
            "\tinput.caller.kind in object.get(rules, \"kinds\", [\"human\", \"service\"])\n",
            ""),
    GRANTS_NOT_EXPIRING("a grant does not end", "callers", "\tnow < substring(grant.until, 0, 19)\n", ""),
    GRANTS_BEFORE_THEIR_TIME(
            "a grant counts before it begins", "callers", "\tsubstring(grant.from, 0, 19) <= now\n", ""),
    GRANTS_FOR_ANYBODY(
            "a grant of one subject is everybody's",
            "callers",
            "\twho.issuer == input.caller.issuer\n\twho.subject == input.caller.subject\n",
            "\twho.subject\n"),
    DECISION_OUTLIVES_ITS_GRANT(
            "a decision that rests on a grant has no end",
            "callers",
            "lifetime := {\"until\": min({grant.until | some grant in running_grants})} if {\n\tcount(running_grants) > 0",
            "lifetime := {\"until\": min({grant.until | some grant in running_grants})} if {\n\tcount(running_grants) > 99"),
    GLASS_BREAKS_WITHOUT_A_REASON(
            "breaking the glass takes no reason", "callers", "\treads_rows\n\tinput.breakGlass\n", "\treads_rows\n"),
    GLASS_BREAKS_FOR_ALL(
            "who may not break the glass is not refused",
            "callers",
            "glass_refused if {\n\tbreaks_glass\n\tcount(emergency_roles) == 0",
            "glass_refused if {\n\tbreaks_glass\n\tcount(emergency_roles) == 99"),
    GROUP_BARRIER_OFF("small groups are shown", "views", "\"minGroupSize\": group_size(rules)", "\"minGroupSize\": 0"),
    GROUPS_OF_THE_MILDEST_RULE(
            "of several rules the smallest group size counts",
            "views",
            "group_size(rules) := max({size |",
            "group_size(rules) := min({size |"),
    DOMAINS_IGNORED("a role reaches every domain", "views", "\twithin(\"domains\", role, {view.domain})\n", ""),
    TAGS_IGNORED("a role reaches every tag", "views", "\twithin(\"tags\", role, {tag | some tag in view.tags})\n", ""),
    MASK_OF_OTHER_ROWS(
            "a role's mask counts for rows that it does not show",
            "views",
            "covering(rules, rule) := {role | some role, other in rules; other in {\"all\", rule}}",
            "covering(rules, _) := {role | some role, _ in rules}"),
    MILDEST_RULE_MASKS(
            "of several rules the mildest mask counts",
            "views",
            "} else := strictest({mask |\n\tsome rule in rules",
            "} else := least({mask |\n\tsome rule in rules");

    private final String says;
    private final String file;
    private final String sound;
    private final String damaged;

    RegoMutant(String says, String file, String sound, String damaged) {
        this.says = says;
        this.file = file;
        this.sound = sound;
        this.damaged = damaged;
    }

    String says() {
        return says;
    }

    /** The name of the file that is edited. */
    String file() {
        return file + ".rego";
    }

    /** The text with the damage done; throws where it is not there exactly once. */
    String edit(String text) {
        int at = text.indexOf(sound);
        if (at < 0 || text.indexOf(sound, at + 1) >= 0) {
            throw new IllegalStateException(name() + ": its text is not in " + file() + " exactly once");
        }
        return text.substring(0, at) + damaged + text.substring(at + sound.length());
    }
}
