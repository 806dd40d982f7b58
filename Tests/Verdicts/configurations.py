"""Configurations, good and bad, for `ask.py`: whole files by id."""
C=[]
def add(id,text):
    if not text.endswith('\n') and not text.endswith('"') and '\n' in text: text+='\n'
    C.append((id,text))
def job(id,body): # body: lines of flow entries
    add(id,'scrape_configs: [{job_name: j, %s}]'%body)
def rel(id,body,kind='metric_relabel_configs'):
    add(id,'scrape_configs: [{job_name: j, %s: [{%s}]}]'%(kind,body))
def top(id,t): add(id,t)
# --- top level and shapes
top('empty','')
top('only-comment','# nothing\n')
top('only-document-mark','---\n')
top('only-null','null')
top('only-tilde','~')
top('scalar-document','hello')
top('number-document','5')
top('list-document','- a\n- b\n')
top('empty-mapping','{}')
top('unknown-top','foo: 1')
top('unknown-top-null','foo:')
top('typo-global','globals: {}')
top('empty-sections','global:\nalerting:\nrule_files:\nscrape_configs:\nstorage:\ntracing:\nremote_write:\nremote_read:\n')
top('empty-section-maps','global: {}\nalerting: {}\nrule_files: []\nscrape_configs: []\nstorage: {}\nremote_write: []\nremote_read: []\n')
top('tracing-empty-map','tracing: {}')
top('scrape-files','scrape_config_files: [a/*.yml]')
top('scrape-files-bad-glob','scrape_config_files: ["a*/b.yml"]')
top('rule-files-bad-glob','rule_files: ["a*/b.yml"]')
top('rule-files-ok','rule_files: ["rules/*.yml", b.yml, "c*.yaml"]')
top('rule-files-scalar','rule_files: a.yml')
top('rule-files-null-item','rule_files: [~]')
top('rule-files-number','rule_files: [5]')
top('rule-files-mapping','rule_files: [{a: b}]')
top('runtime','runtime: {gogc: 50}')
top('runtime-text','runtime: {gogc: abc}')
top('otlp','otlp: {promote_resource_attributes: [a]}')
top('otlp-dup','otlp: {promote_resource_attributes: [a, a]}')
top('otlp-empty-attr','otlp: {promote_resource_attributes: [""]}')
top('otlp-strategy','otlp: {translation_strategy: NoUTF8EscapingWithSuffixes}')
top('otlp-strategy-bad','otlp: {translation_strategy: Foo}')
top('otlp-strategy-legacy','global: {metric_name_validation_scheme: legacy, metric_name_escaping_scheme: underscores}\notlp: {translation_strategy: NoUTF8EscapingWithSuffixes}')
top('otlp-all-and-some','otlp: {promote_all_resource_attributes: true, promote_resource_attributes: [a]}')
top('otlp-ignore-alone','otlp: {ignore_resource_attributes: [a]}')
top('otlp-all-ignore','otlp: {promote_all_resource_attributes: true, ignore_resource_attributes: [a]}')
# --- global
for k,v in [('scrape_interval','15s'),('scrape_interval','15'),('scrape_interval','""'),('scrape_interval','0s'),('scrape_interval','0'),('scrape_interval','1m30s'),('scrape_interval','30s1m'),('scrape_interval','1.5s'),('scrape_interval','-5s'),('scrape_interval','300y'),('scrape_interval','~'),('scrape_interval','Null'),('scrape_interval',"'null'"),('scrape_interval','[15s]'),('scrape_interval','{a: b}'),('scrape_interval','1d2h'),('scrape_interval','1h1h'),('scrape_interval',' 5s '),('scrape_interval','5 s'),('scrape_interval','5S'),('scrape_interval','005s'),('scrape_interval','99999999999999999999s'),
 ('scrape_timeout','10s'),('scrape_timeout','61s'),('scrape_timeout','0s'),('evaluation_interval','1m'),('evaluation_interval','5'),('query_log_file','q.log'),('query_log_file','5'),('query_log_file','[a]'),('external_labels','{a: b}'),('external_labels','{a: 5, c: true}'),('external_labels','{1a: b}'),('external_labels','{"": b}'),('external_labels','{a.b: c}'),('external_labels','{a: [b]}'),('external_labels','{a: ~}'),('external_labels','[a]'),('external_labels','{a: b, a: c}'),('external_labels','{__a: b}'),('external_labels','{a: "$HOME"}'),('external_labels','{"ä": b}'),
 ('body_size_limit','10MB'),('body_size_limit','10mb'),('body_size_limit','10'),('body_size_limit','0'),('body_size_limit','1.5GiB'),('body_size_limit','-1MB'),('body_size_limit','""'),('body_size_limit','~'),
 ('sample_limit','5'),('sample_limit','-5'),('sample_limit','1.5'),('sample_limit','"5"'),('sample_limit','5k'),('target_limit','1_000'),('label_limit','0x1F'),('label_name_length_limit','0o17'),('label_value_length_limit','0b11'),('keep_dropped_targets','5'),
 ('scrape_protocols','[PrometheusText0.0.4]'),('scrape_protocols','[]'),('scrape_protocols','[foo]'),('scrape_protocols','[PrometheusText0.0.4, PrometheusText0.0.4]'),('scrape_protocols','[PrometheusText1.0.0]'),('scrape_protocols','~'),('rule_query_offset','1m'),('scrape_failure_log_file','f'),
 ('metric_name_validation_scheme','legacy'),('metric_name_validation_scheme','utf8'),('metric_name_validation_scheme','foo'),('metric_name_validation_scheme','""'),('metric_name_escaping_scheme','dots'),('metric_name_escaping_scheme','foo'),('convert_classic_histograms_to_nhcb','true'),('always_scrape_classic_histograms','true'),('scrape_native_histograms','true'),('scrape_classic_histograms','true'),('honor_labels','true'),('foo','1')]:
    n=sum(1 for i,_ in C if i.startswith('global-'+k+'-'))
    top('global-%s-%d'%(k,n),'global: {%s: %s}'%(k,v))
    
top('global-timeout-gt','global: {scrape_interval: 5s, scrape_timeout: 10s}')
top('global-interval-short','global: {scrape_interval: 5s}')
top('global-scheme-with-job','global: {metric_name_validation_scheme: foo}\nscrape_configs: [{job_name: a}]')
top('global-esc-with-job','global: {metric_name_escaping_scheme: foo}\nscrape_configs: [{job_name: a}]')
top('global-legacy-with-job','global: {metric_name_validation_scheme: legacy}\nscrape_configs: [{job_name: a}]')
top('global-legacy-allow','global: {metric_name_validation_scheme: legacy, metric_name_escaping_scheme: allow-utf-8}\nscrape_configs: [{job_name: a}]')
top('global-legacy-underscores','global: {metric_name_validation_scheme: legacy, metric_name_escaping_scheme: underscores}\nscrape_configs: [{job_name: a}]')
top('global-legacy-job-utf8','global: {metric_name_validation_scheme: legacy}\nscrape_configs: [{job_name: a, metric_name_validation_scheme: utf8}]')
top('job-legacy','scrape_configs: [{job_name: a, metric_name_validation_scheme: legacy}]')
top('job-legacy-underscores','scrape_configs: [{job_name: a, metric_name_validation_scheme: legacy, metric_name_escaping_scheme: underscores}]')
top('job-scheme-bad','scrape_configs: [{job_name: a, metric_name_validation_scheme: x}]')
top('job-esc-bad','scrape_configs: [{job_name: a, metric_name_escaping_scheme: x}]')
top('job-esc-values','scrape_configs: [{job_name: a, metric_name_escaping_scheme: values}]')
# --- scrape config
top('job-no-name','scrape_configs: [{scrape_interval: 5s}]')
top('job-empty-name','scrape_configs: [{job_name: ""}]')
top('job-null-name','scrape_configs: [{job_name: ~}]')
top('job-number-name','scrape_configs: [{job_name: 5}]')
top('job-list-name','scrape_configs: [{job_name: [a]}]')
top('job-null','scrape_configs: [~]')
top('job-scalar','scrape_configs: [a]')
top('job-twice','scrape_configs: [{job_name: a}, {job_name: a}]')
top('jobs-mapping','scrape_configs: {job_name: a}')
top('jobs-scalar','scrape_configs: a')
for i,b in enumerate(['scrape_interval: 5s, scrape_timeout: 10s','scrape_timeout: 2m','scrape_interval: 5s','scrape_interval: 2m, scrape_timeout: 90s','honor_labels: yes','honor_labels: 1','honor_labels: "true"','honor_labels: y','honor_labels: TRUE','honor_labels: tRUE','honor_labels: on','honor_labels: ~','honor_timestamps: false','honour_labels: true',
 'metrics_path: /m','metrics_path: 5','metrics_path: ""','scheme: https','scheme: foo','scheme: [a]','params: {a: [b]}','params: {a: b}','params: {a: [1, true]}','params: {a: ~}','params: [a]','params: {a: [b], a: [c]}',
 'sample_limit: 010','sample_limit: 0x10','sample_limit: 1e3','sample_limit: 08','sample_limit: 09.5','sample_limit: 1.9','sample_limit: -1.0','sample_limit: -1','sample_limit: +5','sample_limit: 1_000','sample_limit: 0b101','sample_limit: -0b1','sample_limit: 0o10','sample_limit: 18446744073709551615','sample_limit: 18446744073709551616','sample_limit: 1e30','sample_limit: .inf','sample_limit: .nan','sample_limit: -.inf','sample_limit: 5.','sample_limit: .5','sample_limit: 5e','sample_limit: "5"','sample_limit: !!int "5"','sample_limit: !!int 5','sample_limit: !!str 5','sample_limit: !!float 5','sample_limit: !!float 1.5','sample_limit: !foo 5','sample_limit: ! 5','sample_limit: true','sample_limit: 2020-01-01','sample_limit: 0x','sample_limit: 0xg','sample_limit: 1,000','sample_limit: [1]','sample_limit: {}','sample_limit: ~','sample_limit: ""','sample_limit: 0.0','sample_limit: 1:30','sample_limit: 1e-3','sample_limit: 1E3','sample_limit: +1.5e+2','sample_limit: 0X1F','sample_limit: 0B1','sample_limit: 1__0','sample_limit: _1',
 'label_limit: 5, label_name_length_limit: 6, label_value_length_limit: 7','target_limit: 3','keep_dropped_targets: 2','body_size_limit: 5MB','body_size_limit: 5M','body_size_limit: 5MiB','body_size_limit: 5kB','body_size_limit: 5KB5MB','body_size_limit: 9EB','body_size_limit: 0x10',
 'enable_compression: false','track_timestamps_staleness: true','scrape_classic_histograms: true','always_scrape_classic_histograms: true','convert_classic_histograms_to_nhcb: true','native_histogram_bucket_limit: 100','native_histogram_min_bucket_factor: 1.1','native_histogram_min_bucket_factor: 1','native_histogram_min_bucket_factor: a','fallback_scrape_protocol: PrometheusText0.0.4','fallback_scrape_protocol: foo','fallback_scrape_protocol: ""','scrape_protocols: [OpenMetricsText1.0.0]','scrape_protocols: [openmetricstext1.0.0]','scrape_protocols: []','scrape_failure_log_file: a','file_sd_config: []','metric_relabel_config: []','relabel_config: []','static_config: []','labels: {a: b}','targets: [a]','sample_limits: 5','scrape_native_histograms: true','extra_scrape_metrics: true','external_labels: {}','evaluation_interval: 5s']):
    job('job-%d'%i,b)
# http client
for i,b in enumerate(['basic_auth: {username: a, password: b}','basic_auth: {username: a, password: b, password_file: c}','basic_auth: {user: a}','basic_auth: ~','basic_auth: {}','basic_auth: a','basic_auth: {username_file: a}','basic_auth: {username: a, username_file: b}','authorization: {type: Bearer, credentials: x}','authorization: {type: basic, credentials: x}','authorization: {credentials: x, credentials_file: y}','authorization: {}','basic_auth: {username: a}, authorization: {credentials: b}','bearer_token: a','bearer_token_file: a','bearer_token: a, bearer_token_file: b','bearer_token: a, basic_auth: {username: b}','bearer_token: a, authorization: {credentials: b}','oauth2: {client_id: a, client_secret: b, token_url: c}','oauth2: {client_id: a, token_url: c}','oauth2: {client_id: a, client_secret: b}','oauth2: {client_secret: b, token_url: c}','oauth2: {client_id: a, client_secret: b, client_secret_file: d, token_url: c}','oauth2: {client_id: a, client_secret: b, token_url: c}, basic_auth: {username: a}','oauth2: {client_id: a, client_secret: b, token_url: c, scopes: [x], endpoint_params: {a: b}, tls_config: {insecure_skip_verify: true}, proxy_url: "http://x"}','oauth2: {client_id: a, client_secret: b, token_url: c, scopes: x}','oauth2: ~','oauth2: {}',
 'tls_config: {ca_file: a}','tls_config: {cert_file: a}','tls_config: {key_file: a}','tls_config: {cert_file: a, key_file: b}','tls_config: {insecure_skip_verify: true, server_name: a}','tls_config: {min_version: TLS12}','tls_config: {min_version: TLS14}','tls_config: {min_version: ""}','tls_config: {min_version: TLS13, max_version: TLS10}','tls_config: {ca: x, ca_file: y}','tls_config: {ca: x}','tls_config: {insecure_skip_verify: "true"}','tls_config: {foo: a}','tls_config: ~','tls_config: []',
 'proxy_url: "http://x:80"','proxy_url: "://x"','proxy_url: ""','proxy_url: "http://[::1"','no_proxy: a','proxy_url: "http://x", no_proxy: a','proxy_from_environment: true','proxy_from_environment: true, proxy_url: "http://x"','proxy_from_environment: true, no_proxy: a','proxy_connect_header: {a: [b]}','proxy_connect_header: {a: [b]}, proxy_url: "http://x"','proxy_connect_header: {a: b}, proxy_url: "http://x"','follow_redirects: false, enable_http2: false','enable_http2: 0','http_headers: {X-A: {values: [b]}}','http_headers: {X-A: {values: b}}','http_headers: {Host: {values: [b]}}','http_headers: {host: {values: [b]}}','http_headers: {authorization: {secrets: [b]}}','http_headers: {X-A: {foo: [b]}}','http_headers: {x-prometheus-scrape-timeout-seconds: {values: [a]}}','http_headers: {X-A: ~}','http_headers: {}','http_headers: {"x a": {values: [b]}}']):
    job('http-%d'%i,b)
# relabelling
R=['action: drop, source_labels: [a], regex: b','action: DROP, source_labels: [a]','action: foo','action: ""','action: ~',"action: 'null'",'action: Null','action: [drop]','source_labels: [a], target_label: b','target_label: b','source_labels: [a]','source_labels: a, target_label: b','source_labels: [""], target_label: b','source_labels: [~], target_label: b','source_labels: [a-b], target_label: c','source_labels: ["1a"], target_label: c','source_labels: [a, 5], target_label: c','source_labels: ~, target_label: c','source_labels: [], target_label: c','source_labels: [a.b], target_label: c','source_labels: ["ä"], target_label: c','source_labels: ["a b"], target_label: c','source_labels: [[a]], target_label: c',
 'target_label: "a-b"','target_label: "a.b"','target_label: "${1}"','target_label: "$1"','target_label: "a${1}b"','target_label: "${1"','target_label: "$"','target_label: "1a"','target_label: "a$"','target_label: "${a-b}"','target_label: "ä"','target_label: "a$1-b"','target_label: ["a"]','target_label: 5',
 'action: hashmod, source_labels: [a], target_label: b, modulus: 8','action: hashmod, source_labels: [a], target_label: b','action: hashmod, source_labels: [a], target_label: b, modulus: 0','action: hashmod, source_labels: [a], modulus: 8','action: hashmod, source_labels: [a], target_label: b, modulus: -8','action: hashmod, source_labels: [a], target_label: "b$1", modulus: 8','action: hashmod, source_labels: [a], target_label: b, modulus: 010','action: hashmod, source_labels: [a], target_label: b, modulus: 1.9','action: hashmod, source_labels: [a], target_label: b, modulus: "8"',
 'action: labelmap, regex: "a(.*)"','action: labelmap, regex: "a(.*)", replacement: "b_$1"','action: labelmap, regex: a, replacement: "b-c"','action: labelmap, regex: a, replacement: ""','action: labelmap, regex: a, replacement: "${1}"','action: labelmap, regex: a, replacement: "${1"','action: labelmap, regex: a, target_label: "x y"','action: labelmap, replacement: "1$1"',
 'action: labeldrop, regex: a','action: labeldrop','action: labeldrop, regex: a, source_labels: [b]','action: labeldrop, regex: a, source_labels: []','action: labeldrop, regex: a, source_labels: ~','action: labeldrop, regex: a, separator: ";"','action: labeldrop, regex: a, separator: ","','action: labeldrop, regex: a, replacement: "$1"','action: labeldrop, regex: a, replacement: x','action: labeldrop, regex: a, target_label: ""','action: labeldrop, regex: a, target_label: b','action: labeldrop, regex: a, modulus: 0','action: labeldrop, regex: a, modulus: 1','action: labelkeep, regex: a','action: labelkeep, regex: a, separator: ""',
 'action: lowercase, source_labels: [a], target_label: b','action: lowercase, source_labels: [a]','action: lowercase, source_labels: [a], target_label: b, replacement: x','action: lowercase, source_labels: [a], target_label: b, replacement: $1','action: uppercase, source_labels: [a], target_label: "b$1"','action: uppercase, source_labels: [a], target_label: "b-c"','action: lowercase, source_labels: [a], target_label: b, regex: x, separator: "-"',
 'action: keepequal, source_labels: [a], target_label: b','action: keepequal, source_labels: [a]','action: dropequal, source_labels: [a], target_label: b','action: dropequal, source_labels: [a], target_label: b, regex: "(.*)"','action: dropequal, source_labels: [a], target_label: b, separator: ";"','action: dropequal, source_labels: [a], target_label: b, separator: ","','action: dropequal, source_labels: [a], target_label: b, replacement: $1','action: dropequal, source_labels: [a], target_label: b, replacement: x','action: dropequal, source_labels: [a], target_label: b, modulus: 3','action: keepequal, source_labels: [a], target_label: "a.b"','action: keepequal, target_label: b',
 'action: keep','action: drop','action: keep, target_label: "a b"','action: keep, replacement: x, modulus: 7','action: keep, regex: ~','target_label: b, regex: ~','target_label: b, replacement: ~','target_label: b, replacement: ""','target_label: b, separator: ~','target_label: b, regex: [a]','target_label: b, regex: 5','target_label: b, regex: true','targetlabel: b','target: b','source_label: [a]','sourceLabels: [a], target_label: b','if: a']
for i,b in enumerate(R): rel('rule-%d'%i,b)
rel('relabel-bad','action: foo','relabel_configs'); rel('relabel-ok','target_label: job, replacement: x','relabel_configs')
top('rules-null-item','scrape_configs: [{job_name: a, metric_relabel_configs: [~]}]'); top('relabel-null-item','scrape_configs: [{job_name: a, relabel_configs: [~]}]'); top('rules-mapping','scrape_configs: [{job_name: a, metric_relabel_configs: {action: drop}}]'); top('rules-empty-item','scrape_configs: [{job_name: a, metric_relabel_configs: [{}]}]'); top('rules-null','scrape_configs: [{job_name: a, metric_relabel_configs: ~}]')
RX=[r'a',r'(a',r'a)',r'a)(b',r'a)|(b',r'[a',r'a**',r'a++',r'a{1001}',r'a{1000}',r'(a{100}){11}',r'(a{100}){10}',r'a{2,1}',r'\Qa',r'\Qa\E',r'\Qa\E)',r'\C',r'\pL{1,1000}',r'(?P<n>a)',r'(?<n>a)',r'(?P<n>a)(?P<n>b)',r'(?P<1>a)',r'(?=a)',r'(?!a)',r'(?<=a)',r'\1',r'\8',r'\z',r'\Z',r'\A',r'\x41',r'\x{110000}',r'\x{zz}',r'\p{Greek}',r'\p{Foo}',r'\pX',r'[[:alpha:]]',r'[[:foo:]]',r'[b-a]',r'(?i)a',r'(?z)a',r'(?i',r'a|',r'|',r'*',r'+a',r'?',r'a\\',r'\\',r'[\d-z]',r'\d+\.\w',r'[^]a]',r'[]]',r'[]',r'(?s:.)',r'(?-s:.)',r'(?U)a+',r'a{,5}',r'a{1',r'\_',r'\-',r'\<',r'\a\f\t\n\r\v',r'\0',r'\07',r'[\Q]\E]',r'(?:)',r'()',r'(|a)*',r'(?P<n>)',r'(?P=n)',r'(?P>n)',r'(?#c)',r'\u0041',r'\h',r'\R',r'x{0}',r'x{0,0}',r'^a$',r'$^',r'\b\B',r'.{1000}{2}',r'((((((((((a{10}){10}){10})))))))',r'(\pL{1,500}){2}',r'(?i)[\pL\pN]{1,63}(\.[\pL\pN]{1,63}){1,10}',r'\pN\PL\p{^Greek}',r'\p{Any}',r'\p{L}',r'\p{Letter}',r'a{999}{1}', '('*999+'a'+')'*999,'('*1001+'a'+')'*1001,'(?:'*500+'a'+')'*500,r'\p{Kawi}',r'\p{Vithkuqi}',r'[a-\d]',r'[\w-.]',r'[a-c-e]',r'(?P<é>a)',r'(?P<n-1>a)',r'(?P<>a)',r'é*',r'[é-ü]',r'\é']
for i,r in enumerate(RX): rel('regex-%d'%i,"action: drop, source_labels: [a], regex: '%s'"%r.replace("'","''"))
# yaml forms
top('yaml-anchor','x: &a 1\n'); 
top('yaml-anchor-rules','scrape_configs:\n- job_name: a\n  metric_relabel_configs: &r\n  - {action: drop, regex: x}\n- job_name: b\n  metric_relabel_configs: *r\n')
top('yaml-alias-unknown','scrape_configs: *a\n')
top('yaml-merge','scrape_configs:\n- &d\n  job_name: a\n  scrape_interval: 5s\n- <<: *d\n  job_name: b\n')
top('yaml-merge-no-name','scrape_configs:\n- &d\n  job_name: a\n- <<: *d\n')
top('yaml-merge-after','scrape_configs:\n- &d\n  job_name: a\n- job_name: b\n  <<: *d\n')
top('yaml-merge-list','scrape_configs:\n- &d\n  job_name: a\n- &e\n  job_name: b\n- <<: [*d, *e]\n  job_name: c\n')
top('yaml-merge-list-order','scrape_configs:\n- &d\n  job_name: a\n- &e\n  job_name: b\n- <<: [*d, *e]\n')
top('yaml-merge-scalar','scrape_configs:\n- <<: 5\n  job_name: c\n')
top('yaml-merge-null','scrape_configs:\n- <<: ~\n  job_name: c\n')
top('yaml-merge-map-dup','global:\n  external_labels:\n    <<: {a: b}\n    a: c\n')
top('yaml-merge-map','global:\n  external_labels:\n    <<: {a: b}\n    c: d\n')
top('yaml-merge-unknown','scrape_configs:\n- <<: {foo: 1}\n  job_name: c\n')
top('yaml-merge-literal','scrape_configs:\n- <<: {sample_limit: 5}\n  job_name: c\n')
top('yaml-merge-list-alias','scrape_configs:\n- job_name: x\n  params: {a: &l [b]}\n- <<: *l\n  job_name: c\n')
top('yaml-merge-nested-list','scrape_configs:\n- <<: [[{sample_limit: 5}]]\n  job_name: c\n')
top('yaml-merge-quoted','scrape_configs:\n- "<<": {sample_limit: 5}\n  job_name: c\n')
top('yaml-merge-two','scrape_configs:\n- <<: {sample_limit: 5}\n  <<: {label_limit: 5}\n  job_name: c\n')
top('yaml-dup-top','global: {}\nglobal: {}\n')
top('yaml-dup-job-key','scrape_configs: [{job_name: a, sample_limit: 1, sample_limit: 2}]')
top('yaml-dup-label','scrape_configs: [{job_name: a, static_configs: [{targets: [x], labels: {a: b, a: c}}]}]')
top('yaml-tab-indent','scrape_configs:\n\t- job_name: a\n')
top('yaml-tab-after-colon','scrape_configs:\n- job_name:\ta\n')
top('yaml-tab-line','scrape_configs:\n- job_name: a\n\t\n')
top('yaml-tab-comment','scrape_configs:\n- job_name: a\n\t# x\n')
top('yaml-two-documents','scrape_configs: [{job_name: a}]\n---\nfoo: 1\n')
top('yaml-two-documents-bad','scrape_configs: [{job_name: a}]\n---\n{{{\n')
top('yaml-first-empty','---\n---\nfoo: 1\n')
top('yaml-document-end','scrape_configs: [{job_name: a}]\n...\n')
top('yaml-document-end-more','scrape_configs: [{job_name: a}]\n...\nfoo: 1\n')
top('yaml-directive','%YAML 1.1\n---\nscrape_configs: []\n')
top('yaml-directive-12','%YAML 1.2\n---\nscrape_configs: []\n')
top('yaml-directive-20','%YAML 2.0\n---\nscrape_configs: []\n')
top('yaml-tag-directive','%TAG ! tag:x,2000:\n---\nscrape_configs: []\n')
top('yaml-unclosed-flow','scrape_configs: [{job_name: a}\n')
top('yaml-bad-indent','scrape_configs:\n  - job_name: a\n - job_name: b\n')
top('yaml-map-after-scalar','scrape_configs:\n- job_name: a\n   sample_limit: 5\n')
top('yaml-list-same-indent','scrape_configs:\n- job_name: a\n  static_configs:\n  - targets: [a]\n')
top('yaml-missing-space','scrape_configs:\n- job_name:a\n')
top('yaml-missing-dash','scrape_configs:\n  job_name: a\n')
top('yaml-quotes-unclosed','scrape_configs:\n- job_name: "a\n')
top('yaml-double-escape','scrape_configs:\n- job_name: "a\\qb"\n')
top('yaml-double-escape-ok','scrape_configs:\n- job_name: "a\\n\\x41\\u00e4\\/"\n')
top('yaml-single-quote','scrape_configs:\n- job_name: \'it\'\'s\'\n')
top('yaml-block-literal','scrape_configs:\n- job_name: |\n    a\n    b\n')
top('yaml-block-folded','scrape_configs:\n- job_name: >-\n    a\n    b\n')
top('yaml-block-indent-bad','scrape_configs:\n- job_name: |\n   a\n  b\n')
top('yaml-plain-multiline','scrape_configs:\n- job_name: a\n    b\n')
top('yaml-colon-in-value','scrape_configs:\n- job_name: a: b\n')
top('yaml-hash-in-value','scrape_configs:\n- job_name: a#b\n')
top('yaml-at','scrape_configs:\n- job_name: @a\n')
top('yaml-backtick','scrape_configs:\n- job_name: `a`\n')
top('yaml-percent','scrape_configs:\n- job_name: %a\n')
top('yaml-percent-line','scrape_configs:\n- job_name: a\n%b\n')
top('yaml-star','scrape_configs:\n- job_name: *\n')
top('yaml-amp','scrape_configs:\n- job_name: &\n')
top('yaml-bang','scrape_configs:\n- job_name: !\n')
top('yaml-question-key','? scrape_configs\n: [{job_name: a}]\n')
top('yaml-complex-key','scrape_configs: [{job_name: a, ? [a] : b}]')
top('yaml-flow-url','scrape_configs: [{job_name: a, proxy_url: http://x:80/y}]')
top('yaml-flow-colon','scrape_configs: [{job_name: a, static_configs: [{targets: [a:1,b:2]}]}]')
top('yaml-flow-adjacent','scrape_configs: [{"job_name":"a","sample_limit":5}]')
top('yaml-flow-adjacent-plain','scrape_configs: [{job_name:a}]')
top('yaml-flow-question','scrape_configs: [{job_name: a, metrics_path: /x?y=z}]')
top('yaml-flow-trailing-comma','scrape_configs: [{job_name: a,},]')
top('yaml-flow-double-comma','scrape_configs: [{job_name: a,, sample_limit: 5}]')
top('yaml-flow-null-value','scrape_configs: [{job_name: a, sample_limit}]')
top('yaml-flow-null-item','scrape_configs: [{job_name: a, static_configs: [ , ]}]')
top('yaml-json','{"scrape_configs":[{"job_name":"a","static_configs":[{"targets":["x:1"],"labels":{"a":"b"}}]}]}')
top('yaml-crlf','scrape_configs:\r\n- job_name: a\r\n  sample_limit: 5\r\n')
top('yaml-cr','scrape_configs:\r- job_name: a\r')
top('yaml-bom','\ufeffscrape_configs: []\n')
top('yaml-nul','scrape_configs: []\n\0')
top('yaml-control','scrape_configs: [{job_name: "a\x01"}]')
top('yaml-nel','scrape_configs: [{job_name: "a\u0085b"}]')
top('yaml-ls','scrape_configs: [{job_name: a\u2028b}]')
top('yaml-nbsp','scrape_configs:\u00a0[{job_name: a}]')
top('yaml-emoji','scrape_configs: [{job_name: "😀"}]')
top('yaml-key-number','scrape_configs: [{job_name: a, 5: b}]')
top('yaml-key-null','scrape_configs: [{job_name: a, ~: b}]')
top('yaml-key-quoted','scrape_configs: [{"job_name": a, \'sample_limit\': 5}]')
top('yaml-key-case','scrape_configs: [{Job_Name: a}]')
top('yaml-key-long','scrape_configs: [{job_name: a, params: {%s: [b]}}]'%('x'*1030))
top('yaml-key-long-block','scrape_configs:\n- job_name: a\n  params:\n    %s: [b]\n'%('x'*1030))
top('yaml-binary','scrape_configs: [{job_name: !!binary YQ==}]')
top('yaml-binary-bad','scrape_configs: [{job_name: !!binary "?"}]')
top('yaml-str-tag','scrape_configs: [{job_name: !!str 5}]')
top('yaml-null-tag','scrape_configs: [{job_name: a, sample_limit: !!null x}]')
top('yaml-null-tag-ok','scrape_configs: [{job_name: a, sample_limit: !!null ""}]')
top('yaml-bool-tag','scrape_configs: [{job_name: a, honor_labels: !!bool "true"}]')
top('yaml-map-tag','scrape_configs: !!seq [!!map {job_name: a}]')
top('yaml-set','scrape_configs: !!set {a, b}')
top('yaml-timestamp','scrape_configs: [{job_name: 2020-01-01}]')
top('yaml-self-alias','scrape_configs: &a [*a]\n')
top('yaml-anchor-redefined','scrape_configs: [{job_name: &a x, metrics_path: &a y, scheme: *a}]')
top('yaml-deep','scrape_configs: '+'['*80+']'*80)
top('yaml-utf8-bad', 'scrape_configs: [{job_name: "\udcff"}]')
top('yaml-comment-no-space','scrape_configs: [] #x\n#y\n')
top('yaml-comment-adjacent','scrape_configs: []#x\n')
top('yaml-dash-scalar','scrape_configs: - a\n')
top('yaml-inline-list-of-maps','scrape_configs: [job_name: a]')
top('yaml-bool-words','scrape_configs: [{job_name: yes, honor_labels: Yes, honor_timestamps: OFF}]')
# static and discovery
for i,b in enumerate(['static_configs: [{targets: [a:1]}]','static_configs: [{targets: a}]','static_configs: [{targets: ["http://a"]}]','static_configs: [{targets: ["http://a"]}], relabel_configs: [{target_label: x}]','static_configs: [{targets: ["a/b"]}]','static_configs: [{}]','static_configs: [~]','static_configs: {targets: [a]}','static_configs: [{targets: [a], labels: {a: b}}]','static_configs: [{targets: [a], labels: {1a: b}}]','static_configs: [{targets: [a], labels: {a.b: c}}]','static_configs: [{targets: [a], labels: {a: 5}}]','static_configs: [{targets: [a], labels: {a: [b]}}]','static_configs: [{targets: [a], labels: [a]}]','static_configs: [{targets: [a], label: {a: b}}]','static_configs: [{targets: [5]}]','static_configs: [{targets: [~]}]','static_configs: [{targets: ~, labels: ~}]','static_configs: [{source: a}]',
 'file_sd_configs: [{files: [a.json]}]','file_sd_configs: [{files: [a.txt]}]','file_sd_configs: [{files: []}]','file_sd_configs: [{}]','file_sd_configs: [~]','file_sd_configs: [{files: ["x/*.yml"], refresh_interval: 5m}]','file_sd_configs: [{files: ["x*/a.yml"]}]','file_sd_configs: [{files: a.yml}]','file_sd_configs: [{files: [a.YAML]}]','file_sd_configs: [{files: [a.Yml]}]','file_sd_configs: [{files: [a.yml], foo: 1}]',
 'dns_sd_configs: [{names: [a]}]','dns_sd_configs: [{names: []}]','dns_sd_configs: [{names: [a], type: A}]','dns_sd_configs: [{names: [a], type: a, port: 80}]','dns_sd_configs: [{names: [a], type: TXT}]','dns_sd_configs: [{names: [a], type: MX, port: 5}]','dns_sd_configs: [{names: [a], type: NS, port: 5}]','dns_sd_configs: [{names: [a], refresh_interval: 5}]',
 'http_sd_configs: [{url: "http://x/y"}]','http_sd_configs: [{url: "ftp://x/y"}]','http_sd_configs: [{url: "x"}]','http_sd_configs: [{}]','http_sd_configs: [{url: "http://"}]','http_sd_configs: [{url: "http://x", basic_auth: {username: a}, bearer_token: b}]','http_sd_configs: [{url: "http://x y"}]','http_sd_configs: [{url: "http://x/%zz"}]','http_sd_configs: [{url: "http://x:port"}]','http_sd_configs: [{url: "http://[::1]:80"}]','http_sd_configs: [{url: "HTTPS://x"}]',
 'kubernetes_sd_configs: [{role: pod}]','kubernetes_sd_configs: [{role: foo}]','kubernetes_sd_configs: [{}]','kubernetes_sd_configs: [{role: pod, api_server: "http://x"}]','kubernetes_sd_configs: [{role: pod, basic_auth: {username: a}}]','kubernetes_sd_configs: [{role: pod, kubeconfig_file: a, api_server: "http://x"}]','kubernetes_sd_configs: [{role: pod, kubeconfig_file: a}]','kubernetes_sd_configs: [{role: pod, kubeconfig_file: a, follow_redirects: false}]','kubernetes_sd_configs: [{role: pod, namespaces: {names: [a]}}]','kubernetes_sd_configs: [{role: pod, namespaces: {own_namespace: true}}]','kubernetes_sd_configs: [{role: pod, api_server: "http://x", namespaces: {own_namespace: true}}]','kubernetes_sd_configs: [{role: pod, selectors: [{role: pod, label: "a=b", field: "c=d"}]}]','kubernetes_sd_configs: [{role: pod, selectors: [{role: node}]}]','kubernetes_sd_configs: [{role: endpoints, selectors: [{role: service}, {role: pod}]}]','kubernetes_sd_configs: [{role: endpoints, selectors: [{role: pod}, {role: pod}]}]','kubernetes_sd_configs: [{role: pod, selectors: [{role: pod, field: "a"}]}]','kubernetes_sd_configs: [{role: pod, selectors: [{role: pod, label: "a in (b"}]}]','kubernetes_sd_configs: [{role: node, attach_metadata: {node: true}}]','kubernetes_sd_configs: [{role: node, attach_metadata: {namespace: true}}]','kubernetes_sd_configs: [{role: Pod}]','kubernetes_sd_configs: [{role: pod, namespace: {names: [a]}}]','kubernetes_sd_configs: [{role: pod, enable_http2: true}]','kubernetes_sd_configs: [{role: pod, tls_config: {insecure_skip_verify: true}}]',
 'consul_sd_configs: [{}]','consul_sd_configs: [{server: "a:1", services: [x]}]','consul_sd_configs: [{server: " "}]','consul_sd_configs: [{server: ""}]','consul_sd_configs: [{token: a, authorization: {credentials: b}}]','consul_sd_configs: [{username: a, basic_auth: {username: b}}]','consul_sd_configs: [{path_prefix: a}]','consul_sd_configs: [{filter: a}]','consul_sd_configs: [{tags: [a], node_meta: {a: b}, allow_stale: false}]',
 'ec2_sd_configs: [{region: a}]','ec2_sd_configs: [{region: a, filters: [{name: x, values: [y]}]}]','ec2_sd_configs: [{region: a, filters: [{name: x, values: []}]}]','ec2_sd_configs: [{region: a, basic_auth: {username: a}}]','lightsail_sd_configs: [{region: a}]','azure_sd_configs: [{subscription_id: a, tenant_id: b, client_id: c, client_secret: d}]','azure_sd_configs: [{subscription_id: a}]','azure_sd_configs: [{}]','azure_sd_configs: [{subscription_id: a, authentication_method: ManagedIdentity}]','azure_sd_configs: [{subscription_id: a, authentication_method: SDK}]','azure_sd_configs: [{subscription_id: a, authentication_method: x}]',
 'digitalocean_sd_configs: [{}]','digitalocean_sd_configs: [{port: a}]','docker_sd_configs: [{}]','docker_sd_configs: [{host: "unix:///x"}]','docker_sd_configs: [{host: "unix:///x", filters: [{name: a, values: [b]}]}]','dockerswarm_sd_configs: [{host: "unix:///x", role: nodes}]','dockerswarm_sd_configs: [{host: "unix:///x"}]','dockerswarm_sd_configs: [{host: "unix:///x", role: x}]','eureka_sd_configs: [{server: "http://x"}]','eureka_sd_configs: [{server: "x"}]','eureka_sd_configs: [{}]','gce_sd_configs: [{project: a, zone: b}]','gce_sd_configs: [{project: a}]','hetzner_sd_configs: [{role: robot}]','hetzner_sd_configs: [{role: x}]','hetzner_sd_configs: [{}]','hetzner_sd_configs: [{role: hcloud, label_selector: x}]','ionos_sd_configs: [{datacenter_id: a}]','ionos_sd_configs: [{}]','linode_sd_configs: [{}]','linode_sd_configs: [{region: a}]','marathon_sd_configs: [{servers: ["http://x"]}]','marathon_sd_configs: [{servers: []}]','marathon_sd_configs: [{servers: [a], auth_token: b, auth_token_file: c}]','marathon_sd_configs: [{servers: [a], auth_token: b, basic_auth: {username: c}}]','nomad_sd_configs: [{}]','nomad_sd_configs: [{server: ""}]','openstack_sd_configs: [{role: instance, region: a}]','openstack_sd_configs: [{role: instance}]','openstack_sd_configs: [{role: loadbalancer, region: a}]','openstack_sd_configs: [{role: x, region: a}]','openstack_sd_configs: [{role: instance, region: a, availability: x}]','ovhcloud_sd_configs: [{application_key: a, application_secret: b, consumer_key: c, service: vps}]','ovhcloud_sd_configs: [{application_key: a, application_secret: b, consumer_key: c, service: x}]','ovhcloud_sd_configs: [{application_key: a, consumer_key: c, service: vps}]','puppetdb_sd_configs: [{url: "http://x", query: a}]','puppetdb_sd_configs: [{url: "http://x"}]','puppetdb_sd_configs: [{query: a}]','scaleway_sd_configs: [{role: instance, project_id: "11111111-1111-1111-1111-111111111111", secret_key: "11111111-1111-1111-1111-111111111111", access_key: SCWXXXXXXXXXXXXXXXXX}]','scaleway_sd_configs: [{role: instance, project_id: a, secret_key: b, access_key: c}]','scaleway_sd_configs: [{role: instance}]','triton_sd_configs: [{account: a, dns_suffix: b, endpoint: c}]','triton_sd_configs: [{account: a, dns_suffix: b, endpoint: c, role: x}]','triton_sd_configs: [{account: a}]','uyuni_sd_configs: [{server: a, username: b, password: c}]','uyuni_sd_configs: [{server: a}]','vultr_sd_configs: [{}]','kuma_sd_configs: [{server: "http://x"}]','kuma_sd_configs: [{server: x}]','kuma_sd_configs: [{server: "http://x", client_id: a}]','serverset_sd_configs: [{servers: [a], paths: [/b]}]','serverset_sd_configs: [{servers: [a], paths: [b]}]','serverset_sd_configs: [{servers: [a]}]','nerve_sd_configs: [{servers: [a], paths: [/b]}]','nerve_sd_configs: [{paths: [/b]}]','stackit_sd_configs: [{project: a, region: eu01}]','stackit_sd_configs: [{project: a}]','aws_sd_configs: [{role: ec2}]','foo_sd_configs: []','dns_sd_configs: ~','dns_sd_configs: []']):
    job('sd-%d'%i,b)
# remote write and read
for i,b in enumerate(['url: http://x','url: ""','url: ~','name: a','url: "http://x y"','url: "%"','url: "http://x", remote_timeout: 5s','url: "http://x", remote_timeout: 5','url: "http://x", headers: {a: b}','url: "http://x", headers: {Authorization: b}','url: "http://x", headers: {host: b}','url: "http://x", headers: {X-Amz-Date: b}','url: "http://x", headers: [a]','url: "http://x", write_relabel_configs: [{action: dropp}]','url: "http://x", write_relabel_configs: [~]','url: "http://x", write_relabel_config: []','url: "http://x", queue_config: {capacity: 5, max_shards: 2, min_shards: 1, max_samples_per_send: 5, batch_send_deadline: 5s, min_backoff: 30ms, max_backoff: 5s, retry_on_http_429: true}','url: "http://x", queue_config: {capacity: a}','url: "http://x", queue_config: {foo: 1}','url: "http://x", queue_config: {max_shards: 0}','url: "http://x", queue_config: {min_shards: 100}','url: "http://x", queue_config: {sample_age_limit: 1h}','url: "http://x", queue_config: {capacity: -5}','url: "http://x", metadata_config: {send: false, send_interval: 1m, max_samples_per_send: 5}','url: "http://x", metadata_config: {foo: 1}','url: "http://x", send_exemplars: true, send_native_histograms: true','url: "http://x", basic_auth: {username: a}, authorization: {credentials: b}','url: "http://x", sigv4: {region: a}','url: "http://x", sigv4: {}','url: "http://x", sigv4: {access_key: a}','url: "http://x", sigv4: {access_key: a, secret_key: b}','url: "http://x", sigv4: {region: a}, basic_auth: {username: b}','url: "http://x", sigv4: {use_fips_sts_endpoint: true}','url: "http://x", azuread: {cloud: AzurePublic, managed_identity: {client_id: "11111111-1111-1111-1111-111111111111"}}','url: "http://x", azuread: {managed_identity: {client_id: a}}','url: "http://x", azuread: {managed_identity: {client_id: ""}}','url: "http://x", azuread: {}','url: "http://x", azuread: {cloud: foo, sdk: {tenant_id: a}}','url: "http://x", azuread: {sdk: {tenant_id: a}}','url: "http://x", azuread: {oauth: {client_id: "11111111-1111-1111-1111-111111111111", client_secret: a, tenant_id: b}}','url: "http://x", azuread: {oauth: {client_id: x, client_secret: a, tenant_id: b}}','url: "http://x", google_iam: {credentials_file: a}','url: "http://x", google_iam: {}, basic_auth: {username: a}','url: "http://x", protobuf_message: prometheus.WriteRequest','url: "http://x", protobuf_message: io.prometheus.write.v2.Request','url: "http://x", protobuf_message: foo','url: "http://x", protobuf_message: ""','url: "http://x", round_robin_dns: true','url: "http://x", tls_config: {cert_file: a}','url: "http://x", foo: 1','url: relative/path','url: "http://user:pa ss@x"','url: "http://user:p%20ss@x"','url: "1http://x"','url: ":foo"','url: "a:b/c"','url: "/x:y"','url: "x:y"','url: "1x:y"','url: "http://x/\\u0001"','url: "http://x:"','url: "http://x:80:90"','url: "http://[fe80::1%25en0]/"','url: "http://[fe80::1%en0]/"','url: "http://a%41b/"','url: "http://x#%zz"','url: "http://x?%zz"','url: "http://a|b"']):
    top('rw-%d'%i,'remote_write: [{%s}]'%b)
top('rw-null','remote_write: [~]'); top('rw-names','remote_write: [{url: a, name: n}, {url: b, name: n}]'); top('rw-no-names','remote_write: [{url: a}, {url: a}]'); top('rw-mapping','remote_write: {url: a}')
for i,b in enumerate(['url: http://x','url: ~','url: "http://x", read_recent: true, required_matchers: {a: b}','url: "http://x", required_matchers: {1a: b}','url: "http://x", required_matchers: [a]','url: "http://x", filter_external_labels: false','url: "http://x", chunked_read_limit: 5','url: "http://x", chunked_read_limit: 5e7','url: "http://x", headers: {Authorization: b}','url: "http://x", remote_timeout: 1m','url: "http://x", write_relabel_configs: []','url: "http://x", basic_auth: {username: a, password: b, password_file: c}']):
    top('rr-%d'%i,'remote_read: [{%s}]'%b)
top('rr-null','remote_read: [~]'); top('rr-names','remote_read: [{url: a, name: n}, {url: b, name: n}]')
# alerting
for i,b in enumerate(['alertmanagers: [{static_configs: [{targets: [a:1]}]}]','alertmanagers: [{}]','alertmanagers: [~]','alertmanagers: {}','alertmanagers: [{scheme: https, path_prefix: /a, timeout: 5s, api_version: v2}]','alertmanagers: [{api_version: v1}]','alertmanagers: [{api_version: v3}]','alertmanagers: [{api_version: ""}]','alertmanagers: [{timeout: 5}]','alertmanagers: [{static_configs: [{targets: ["http://a"]}]}]','alertmanagers: [{static_configs: [{targets: ["http://a"]}], relabel_configs: [{target_label: x}]}]','alertmanagers: [{relabel_configs: [{action: foo}]}]','alertmanagers: [{relabel_configs: [~]}]','alertmanagers: [{alert_relabel_configs: [{action: drop}]}]','alertmanagers: [{sigv4: {region: a}}]','alertmanagers: [{sigv4: {region: a}, basic_auth: {username: b}}]','alertmanagers: [{basic_auth: {username: a}, bearer_token: b}]','alertmanagers: [{foo: 1}]','alert_relabel_configs: [{action: labeldrop, regex: a}]','alert_relabel_configs: [{action: foo}]','alert_relabel_configs: [~]','alert_relabel_config: []','alertmanagers: [{dns_sd_configs: [{names: [a]}]}]','alertmanager: []']):
    top('alerting-%d'%i,'alerting: {%s}'%b)
# storage, tracing
for i,b in enumerate(['tsdb: {out_of_order_time_window: 30m}','tsdb: {out_of_order_time_window: 30}','tsdb: {out_of_order_time_window: ~}','tsdb: {outofordertimewindow: 5}','tsdb: {foo: 1}','tsdb: ~','tsdb: []','tsdb: {retention: {time: 15d, size: 5GB}}','tsdb: {retention: {time: 15}}','tsdb: {retention_time: 15d}','exemplars: {max_exemplars: 5}','exemplars: {max_exemplars: -5}','exemplars: {max_exemplars: a}','exemplars: {max_exemplars: 1.5}','exemplars: ~','foo: 1','tsdb: {stale_series_compaction_threshold: 0.5}']):
    top('storage-%d'%i,'storage: {%s}'%b)
for i,b in enumerate(['endpoint: a','client_type: grpc','endpoint: a, client_type: http','endpoint: a, client_type: foo','endpoint: a, client_type: ""','endpoint: a, sampling_fraction: 0.5','endpoint: a, sampling_fraction: 1','endpoint: a, sampling_fraction: x','endpoint: a, insecure: true, timeout: 5s, compression: gzip','endpoint: a, compression: zstd','endpoint: a, headers: {a: b}','endpoint: a, headers: {authorization: b}','endpoint: a, headers: {User-Agent: b}','endpoint: a, tls_config: {cert_file: a}','endpoint: a, foo: 1','endpoint: a, timeout: 5']):
    top('tracing-%d'%i,'tracing: {%s}'%b)
