/// A series, rules, and what they make of it. Series and rules are written in YAML.
///
/// Each was given to servers of 3.5.3 and 2.53.3, as the sample of a target with these
/// `metric_relabel_configs`, and ended up with these labels in the first; in 2.53.3 as well, but for line
/// feeds, which `.` does not match there, and for names that are no words, which it refuses.
struct RelabelCase: Sendable, CustomStringConvertible {
  let input: String
  let rules: String
  /// nil where the series is dropped.
  let output: String?

  var description: String { "\(rules) on \(input)" }

  init(_ input: String, _ rules: String, _ output: String?) {
    self.input = input
    self.rules = rules
    self.output = output
  }

  static let all: [RelabelCase] = [
    // replace
    .init(
      #"{a: blue, b: sky}"#,
      #"[{source_labels: [a], regex: 'b(.*)', target_label: c, replacement: "x${1}-$1"}]"#,
      #"{a: blue, b: sky, c: xlue-lue}"#),
    .init(
      #"{a: blue, b: sky}"#,
      #"[{source_labels: [a, b], regex: 'b(.*);s(.*)', target_label: a, replacement: "$1$2"}]"#,
      #"{a: lueky, b: sky}"#),
    .init(
      #"{a: blue, b: sky}"#,
      #"[{source_labels: [a, b], separator: "", target_label: c}]"#,
      #"{a: blue, b: sky, c: bluesky}"#),
    .init(
      #"{a: blue, b: sky}"#,
      #"[{source_labels: [a, b], separator: "/", target_label: c},"#
        + #" {source_labels: [c], regex: '(.*)/(.*)', target_label: c, replacement: "$2/$1"}]"#,
      #"{a: blue, b: sky, c: sky/blue}"#),
    .init(
      #"{a: blue}"#,
      #"[{source_labels: [a], regex: 'lu', target_label: c, replacement: found}]"#,
      #"{a: blue}"#),
    .init(
      #"{a: blue}"#,
      #"[{source_labels: [a], regex: 'b|lue', target_label: c, replacement: found}]"#,
      #"{a: blue}"#),
    .init(
      #"{a: blue, c: old}"#,
      #"[{source_labels: [a], regex: '(b)(x)?lue', target_label: c, replacement: "$2"}]"#,
      #"{a: blue}"#),
    .init(
      #"{a: blue, c: old}"#,
      #"[{target_label: c, replacement: ""}]"#,
      #"{a: blue}"#),
    .init(
      #"{a: blue}"#,
      #"[{target_label: c, replacement: fixed}]"#,
      #"{a: blue, c: fixed}"#),
    .init(
      #"{a: blue}"#,
      #"[{source_labels: [missing], target_label: a}]"#,
      #"{}"#),
    .init(
      #"{a: blue}"#,
      #"[{source_labels: [missing], target_label: a, replacement: there}]"#,
      #"{a: there}"#),
    .init(
      #"{a: blue}"#,
      #"[{source_labels: [missing], regex: '.+', target_label: a, replacement: there}]"#,
      #"{a: blue}"#),
    .init(
      #"{a: blue}"#,
      #"[{source_labels: [missing], regex: "", target_label: c, replacement: absent}]"#,
      #"{a: blue, c: absent}"#),
    .init(
      #"{a: key-value}"#,
      #"[{source_labels: [a], regex: '(\w+)-(\w+)', target_label: "${1}_x", replacement: "$2"}]"#,
      #"{a: key-value, key_x: value}"#),
    .init(
      #"{a: key-value}"#,
      #"[{source_labels: [a], regex: '(\w+)-(\w+)', target_label: "$1_x", replacement: "$2"}]"#,
      #"{a: key-value}"#),
    .init(
      #"{a: blue}"#,
      #"[{source_labels: [a], regex: '(.)(.)(.)(.)', target_label: c, replacement: "$4$3$$2$1x${1}0"}]"#,
      #"{a: blue, c: "eu$2b0"}"#),
    .init(
      #"{a: blue}"#,
      #"[{source_labels: [a], target_label: c, replacement: "$ ${ $0 ${01} ${x} $"}]"#,
      #"{a: blue, c: "$ ${ blue   $"}"#),
    .init(
      #"{a: blue}"#,
      #"[{source_labels: [a], regex: '(?P<first>.).*', target_label: c, replacement: "${first}$first"}]"#,
      #"{a: blue, c: bb}"#),
    .init(
      #"{a: blue}"#,
      #"[{source_labels: [a], regex: '(?<first>.).*', target_label: c, replacement: "${first}!"}]"#,
      #"{a: blue, c: "b!"}"#),
    .init(
      #"{a: "one\ntwo"}"#,
      #"[{source_labels: [a], regex: 'one.two', target_label: c, replacement: found}]"#,
      #"{a: "one\ntwo", c: found}"#),
    .init(
      #"{a: "one\ntwo"}"#,
      #"[{source_labels: [a], target_label: c}]"#,
      #"{a: "one\ntwo", c: "one\ntwo"}"#),
    .init(
      #"{a: blue}"#,
      #"[{source_labels: [a], target_label: my.label}]"#,
      #"{a: blue, my.label: blue}"#),
    .init(
      #"{a: "über"}"#,
      #"[{source_labels: [a], regex: '(.).*', target_label: c, replacement: "$1"}]"#,
      #"{a: "über", c: "ü"}"#),
    .init(
      #"{a: blue}"#,
      #"[{source_labels: [a], regex: '(?i)BLUE', target_label: c, replacement: found}]"#,
      #"{a: blue, c: found}"#),
    .init(
      #"{a: aab}"#,
      #"[{source_labels: [a], regex: '(a|aa)(b|ab)', target_label: c, replacement: "$1-$2"}]"#,
      #"{a: aab, c: a-ab}"#),
    .init(
      #"{a: "path:/x,job:j,label:k=v"}"#,
      #"[{source_labels: [a], regex: '(?:.+,|^)label:([^=]+)=([^,]+).*', target_label: "$1", replacement: "$2"}]"#,
      #"{a: "path:/x,job:j,label:k=v", k: v}"#),
    // keep, drop
    .init(#"{a: blue}"#, #"[{source_labels: [a], regex: 'b.*', action: keep}]"#, #"{a: blue}"#),
    .init(#"{a: blue}"#, #"[{source_labels: [a], regex: 'red', action: keep}]"#, nil),
    .init(#"{a: blue}"#, #"[{source_labels: [missing], regex: '.+', action: keep}]"#, nil),
    .init(#"{a: blue}"#, #"[{source_labels: [a], regex: '.*u.*', action: drop}]"#, nil),
    .init(#"{a: blue}"#, #"[{source_labels: [a], regex: 'u', action: drop}]"#, #"{a: blue}"#),
    .init(#"{a: blue}"#, #"[{source_labels: [a], regex: 'b|e', action: drop}]"#, #"{a: blue}"#),
    .init(#"{a: blue}"#, #"[{source_labels: [a], regex: '^blue$', action: DROP}]"#, nil),
    .init(#"{a: blue}"#, #"[{source_labels: [__name__], regex: 'sample', action: drop}]"#, nil),
    .init(
      #"{a: blue}"#,
      #"[{source_labels: [a], target_label: c}, {regex: 'a', action: labeldrop},"#
        + #" {source_labels: [c], regex: 'blue', action: keep}]"#,
      #"{c: blue}"#),
    // keepequal, dropequal
    .init(
      #"{a: one, b: one, c: two}"#,
      #"[{source_labels: [a], target_label: b, action: keepequal}]"#,
      #"{a: one, b: one, c: two}"#),
    .init(
      #"{a: one, c: two}"#, #"[{source_labels: [a], target_label: c, action: keepequal}]"#, nil),
    .init(
      #"{a: one, b: one}"#, #"[{source_labels: [a], target_label: b, action: dropequal}]"#, nil),
    .init(
      #"{a: one, c: two}"#, #"[{source_labels: [a], target_label: c, action: dropequal}]"#,
      #"{a: one, c: two}"#),
    .init(
      #"{a: one}"#, #"[{source_labels: [x], target_label: y, action: dropequal}]"#, nil),
    .init(
      #"{a: one, b: two, c: "one;two"}"#,
      #"[{source_labels: [a, b], target_label: c, action: keepequal}]"#,
      #"{a: one, b: two, c: "one;two"}"#),
    // hashmod
    .init(
      #"{a: blue}"#, #"[{source_labels: [a], target_label: h, modulus: 1000, action: hashmod}]"#,
      #"{a: blue, h: "143"}"#),
    .init(
      #"{a: blue, b: sky}"#,
      #"[{source_labels: [a, b], separator: "-", target_label: h, modulus: 97, action: hashmod}]"#,
      #"{a: blue, b: sky, h: "61"}"#),
    .init(
      #"{a: blue}"#,
      #"[{source_labels: [x], target_label: h, modulus: 18446744073709551615, action: hashmod}]"#,
      #"{a: blue, h: "16825458760271544958"}"#),
    // labelmap
    .init(
      #"{k_one: x, k_two: y, b: z}"#, #"[{regex: 'k_(.+)', action: labelmap}]"#,
      #"{k_one: x, k_two: y, b: z, one: x, two: y}"#),
    .init(
      #"{k_one: x, b: z}"#, #"[{regex: 'k_(.+)', replacement: "p_${1}_q", action: labelmap}]"#,
      #"{k_one: x, b: z, p_one_q: x}"#),
    .init(
      #"{k1_one: x, k2_one: y}"#, #"[{regex: 'k._(.+)', action: labelmap}]"#,
      #"{k1_one: x, k2_one: y, one: y}"#),
    .init(
      #"{a: x}"#,
      #"[{target_label: k_z, replacement: new}, {regex: "k_(.)|(a)", replacement: "m$1", action: labelmap}]"#,
      #"{a: x, k_z: new, m: x, mz: new}"#),
    // labeldrop, labelkeep
    .init(
      #"{a: x, b1: y, b2: z}"#, #"[{regex: 'b.*', action: labeldrop}]"#, #"{a: x}"#),
    .init(
      #"{a: x, b1: y, b2: z}"#, #"[{regex: 'b', action: labeldrop}]"#, #"{a: x, b1: y, b2: z}"#),
    .init(
      #"{a: x, b1: y, b2: z}"#, #"[{regex: 'b.*|__name__|job|instance', action: labelkeep}]"#,
      #"{b1: y, b2: z}"#),
    .init(
      #"{a: x}"#,
      #"[{regex: 'a', action: labeldrop}, {source_labels: [b], regex: "", target_label: a, replacement: again}]"#,
      #"{a: again}"#),
    // lowercase, uppercase
    .init(
      #"{a: "bLuE 7 ÄÖß"}"#,
      #"[{source_labels: [a], target_label: l, action: lowercase},"#
        + #" {source_labels: [a], target_label: u, action: uppercase}]"#,
      #"{a: "bLuE 7 ÄÖß", l: "blue 7 äöß", u: "BLUE 7 ÄÖß"}"#),
    .init(
      #"{a: "İIıŉǆ"}"#,
      #"[{source_labels: [a], target_label: l, action: lowercase},"#
        + #" {source_labels: [a], target_label: u, action: uppercase}]"#,
      #"{a: "İIıŉǆ", l: "iiıŉǆ", u: "İIIŉǄ"}"#),
    .init(
      #"{a: "ᾳΣς"}"#,
      #"[{source_labels: [a], target_label: l, action: lowercase},"#
        + #" {source_labels: [a], target_label: u, action: uppercase}]"#,
      #"{a: "ᾳΣς", l: "ᾳσς", u: "ᾼΣΣ"}"#),
    .init(
      #"{a: Blue, b: Sky}"#,
      #"[{source_labels: [a, b], separator: "_", target_label: a, action: lowercase}]"#,
      #"{a: blue_sky, b: Sky}"#),
  ]
}
