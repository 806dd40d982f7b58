/// The style of a report. It names no file and no font that would have to be fetched.
enum ReportStyle {
  /// The whole of it.
  static var css: String {
    """
    :root{color-scheme:light dark;\(ReportPalette.light.properties)}
    @media (prefers-color-scheme:dark){:root{\(ReportPalette.dark.properties)}}
    @media print{:root{color-scheme:light;\(ReportPalette.light.properties)}}
    \(rules)
    """
  }

  private static let rules = """
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
    body{margin:0;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,-apple-system,\
    "Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
    main,header,footer{max-width:860px;margin:0 auto;padding:0 20px}
    header{padding-top:28px}
    h1{font-size:1.15rem;margin:0;color:var(--muted);font-weight:600}
    h2{font-size:1.4rem;line-height:1.25;margin:2.4em 0 .6em;padding-top:.5em;\
    border-top:1px solid var(--rule)}
    h3{font-size:1.05rem;margin:1.6em 0 .4em}
    p,ul,ol{margin:.6em 0;max-width:46em}
    li{margin:.25em 0}
    a{color:var(--link)}
    bdi,code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;\
    font-size:.875em;overflow-wrap:anywhere}
    bdi{unicode-bidi:isolate;direction:ltr}
    th bdi,td bdi{overflow-wrap:break-word}
    table code{white-space:nowrap}
    .prose{min-width:12em}
    bdi.long{overflow-wrap:anywhere}
    bdi.said{font:inherit;direction:inherit}
    time{font-variant-numeric:tabular-nums;white-space:nowrap}
    .meta{color:var(--muted);font-size:.9rem;margin:.2em 0;max-width:none}
    .verdict{border-left:6px solid;border-radius:6px;padding:14px 20px;margin:18px 0 0}
    .verdict h2{margin:0 0 .3em;padding:0;border:0;font-size:1.6rem}
    .verdict p{margin:.4em 0}
    .verdict.good{background:var(--good-card);border-color:var(--good)}
    .verdict.warn{background:var(--warn-card);border-color:var(--warn)}
    .verdict.bad{background:var(--bad-card);border-color:var(--bad)}
    .verdict.good h2{color:var(--good)}.verdict.warn h2{color:var(--warn)}\
    .verdict.bad h2{color:var(--bad)}
    nav{margin:18px 0 0;font-size:.9rem}
    nav ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:2px 16px;max-width:none}
    dl{display:grid;grid-template-columns:minmax(9em,14em) 1fr;gap:0;margin:.8em 0}
    dt,dd{margin:0;padding:8px 0;border-top:1px solid var(--rule);overflow-wrap:anywhere;min-width:0}
    dt{font-weight:600;padding-right:16px}
    .timeline{list-style:none;margin:.8em 0 .8em 6px;padding:0;max-width:none}
    .timeline li{position:relative;margin:0;padding:0 0 14px 22px;border-left:2px solid var(--rule);\
    overflow-wrap:anywhere}
    .timeline li:last-child{border-color:transparent}
    .timeline li::before{content:"";position:absolute;left:-7px;top:7px;width:12px;height:12px;\
    border-radius:50%;background:var(--muted);border:2px solid var(--page)}
    .timeline li.bad::before{background:var(--bad)}.timeline li.warn::before{background:var(--warn)}\
    .timeline li.good::before{background:var(--good)}
    .timeline .when{display:block;color:var(--muted);font-size:.875rem}
    .scroll{overflow-x:auto;margin:.8em 0}
    table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
    caption{text-align:left;font-weight:600;padding:6px 0}
    caption span{display:inline-block;max-width:calc(100vw - 40px)}
    th,td{text-align:left;vertical-align:top;padding:5px 14px 5px 0;border-top:1px solid var(--rule)}
    thead th{color:var(--muted);font-weight:600;border-top:0;white-space:nowrap}
    tbody th{font-weight:400}
    td.number,th.number{text-align:right;white-space:nowrap}
    th:last-child,td:last-child{padding-right:0}
    .more{color:var(--muted);font-size:.875rem;margin:.2em 0 1em}
    figure{margin:1.2em 0}
    figcaption{font-weight:600;margin-bottom:.5em}
    figure p{color:var(--muted);font-size:.9rem;margin:.2em 0 0}
    svg{display:block;width:100%;height:auto;font:12px system-ui,-apple-system,"Segoe UI",Roboto,\
    Arial,sans-serif;fill:var(--text)}
    svg.narrow{display:none}
    svg path{fill:none}
    .grid{stroke:var(--rule);stroke-width:1}
    .axis{stroke:var(--muted);stroke-width:1}
    .mark{stroke:var(--text);stroke-width:1;stroke-dasharray:3 3}
    .tick,.unit{fill:var(--muted)}
    .note{font-weight:600}
    .note,.halo{paint-order:stroke;stroke:var(--page);stroke-width:4px;\
    stroke-linejoin:round}
    svg text{unicode-bidi:isolate;direction:ltr}
    svg .middle{text-anchor:middle}
    svg .end{text-anchor:end}
    .curve{stroke-width:2;stroke-linejoin:round}
    .s1{stroke:var(--first)}.s2{stroke:var(--second)}.s3{stroke:var(--third);stroke-dasharray:5 3}
    svg .area{stroke:none;fill-opacity:.18}
    svg .a1{fill:var(--first)}svg .a2{fill:var(--second)}svg .a3{fill:var(--third)}
    .bar,.moment{fill:var(--first)}
    .bar.culprit,.moment.culprit{fill:var(--second)}
    details{margin:.4em 0 1em}
    summary{cursor:pointer;color:var(--link);font-size:.9rem}
    pre{background:var(--card);border:1px solid var(--rule);border-radius:6px;padding:12px 14px;\
    overflow-x:auto;white-space:pre;line-height:1.45}
    .paper{display:none}
    .copy{margin:1em 0 .3em;font-weight:600}
    footer{color:var(--muted);font-size:.875rem;margin-top:3em;padding-bottom:36px}
    @media (max-width:560px){
    main,header,footer{padding-left:16px;padding-right:16px}
    .verdict{margin-left:-4px;margin-right:-4px;padding:12px 14px}
    .verdict h2{font-size:1.3rem}
    dl{grid-template-columns:1fr}dd{border-top:0;padding-top:0}
    svg.wide{display:none}svg.narrow{display:block}
    th,td{padding-right:10px}
    th bdi,td bdi{overflow-wrap:anywhere}
    tbody th{min-width:11em}td.text{min-width:5.5em}
    }
    @media print{
    @page{margin:16mm}
    html{font-size:9.5pt}
    main,header,footer{max-width:none;padding:0}
    nav,summary{display:none}
    h2{margin-top:1.8em}
    h2,h3,caption,figcaption,.copy,thead{break-after:avoid}
    figure,tr,.verdict,.timeline li{break-inside:avoid}
    p,li{orphans:3;widows:3}
    tbody tr:first-child,tbody tr:last-child{break-before:avoid}
    footer{margin-top:1em;padding-bottom:0;break-before:avoid}
    thead{display:table-header-group}
    pre{white-space:pre-wrap;break-inside:avoid}
    p,ul,ol{max-width:none}
    .scroll{overflow:visible}
    .paper{display:block;color:var(--muted);font-size:.9rem}
    details.short::details-content{content-visibility:visible}
    details.long{display:none}
    th bdi,td bdi{overflow-wrap:anywhere}
    tbody th{min-width:11em}td.text{min-width:7em}
    caption span{max-width:none}
    svg.wide{display:block}svg.narrow{display:none}
    .verdict,.bar,.moment,.timeline li::before{print-color-adjust:exact;\
    -webkit-print-color-adjust:exact}
    }

    """
}
