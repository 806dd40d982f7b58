/// The keys of `prometheus.yml` but for those of clients and of discoveries (Prometheus: config/config.go,
/// model/relabel, discovery/targetgroup), in the form that `ConfigurationSchema` reads.
enum ServerKeys {
  static let text = """
    config:
      global global, alerting alerting, rule_files [string], scrape_configs [scrape_config],
      storage storage, tracing tracing, remote_write [remote_write],
      remote_read [remote_read], scrape_config_files [string] 2.43, runtime runtime 2.53,
      otlp otlp 2.55
    global:
      scrape_interval duration, scrape_timeout duration, evaluation_interval duration,
      query_log_file string, external_labels external, body_size_limit size 2.45,
      sample_limit uint 2.45, target_limit uint 2.45, label_limit uint 2.45,
      label_name_length_limit uint 2.45, label_value_length_limit uint 2.45,
      keep_dropped_targets uint 2.47, scrape_protocols [string] 2.49,
      rule_query_offset duration 2.53, scrape_failure_log_file string 2.55,
      metric_name_validation_scheme string 2.55-3.5,
      metric_name_validation_scheme <legacy utf8 ""> 3.6,
      metric_name_escaping_scheme string 3.4, convert_classic_histograms_to_nhcb bool 3.4,
      always_scrape_classic_histograms bool 3.5, scrape_native_histograms bool 3.8,
      extra_scrape_metrics bool 3.10
    scrape_config:
      +discoveries, job_name string, honor_labels bool, honor_timestamps bool,
      params {[string]}, scrape_interval duration, scrape_timeout duration,
      metrics_path string, scheme string, body_size_limit size, sample_limit uint,
      target_limit uint, label_limit uint, label_name_length_limit uint,
      label_value_length_limit uint, +http_client, relabel_configs [relabel],
      metric_relabel_configs [relabel], scrape_classic_histograms bool 2.45-2.55,
      native_histogram_bucket_limit uint 2.45, keep_dropped_targets uint 2.47,
      track_timestamps_staleness bool 2.48, scrape_protocols [string] 2.49,
      enable_compression bool 2.49, native_histogram_min_bucket_factor float 2.50,
      scrape_failure_log_file string 2.55, metric_name_validation_scheme string 2.55-3.5,
      metric_name_validation_scheme <legacy utf8 ""> 3.6, fallback_scrape_protocol string 3.0,
      always_scrape_classic_histograms bool 3.0, convert_classic_histograms_to_nhcb bool 3.0,
      metric_name_escaping_scheme string 3.4, scrape_native_histograms bool 3.8,
      extra_scrape_metrics bool 3.10
    relabel:
      source_labels names, separator string, regex regex, modulus uint, target_label string,
      replacement string, action string
    alerting:
      alert_relabel_configs [relabel], alertmanagers [alertmanager]
    alertmanager:
      +discoveries, +http_client, scheme string, path_prefix string, timeout duration,
      api_version <v1 v2> -2.55, api_version <v2> 3.0, relabel_configs [relabel],
      sigv4 sigv4 2.48, alert_relabel_configs [relabel] 2.51
    storage:
      tsdb tsdb, exemplars exemplars
    tsdb:
      outofordertimewindow int, out_of_order_time_window duration, retention retention 3.8,
      stale_series_compaction_threshold float 3.10, chunk_encoding chunk_encoding 3.13
    retention:
      time duration, size size, percentage float 3.11
    chunk_encoding:
      floats string
    exemplars:
      max_exemplars int
    tracing:
      client_type <http grpc>, endpoint string, sampling_fraction float, insecure bool,
      tls_config tls, headers {string}, compression string, timeout duration
    remote_write:
      url url, remote_timeout duration, headers {string}, write_relabel_configs [relabel],
      name string, send_exemplars bool, send_native_histograms bool, +http_client,
      queue_config queue, metadata_config metadata, sigv4 sigv4, azuread azuread 2.45,
      protobuf_message string 2.54, google_iam google_iam 2.55, round_robin_dns bool 3.1
    queue:
      capacity int, max_shards int, min_shards int, max_samples_per_send int,
      batch_send_deadline duration, min_backoff duration, max_backoff duration,
      retry_on_http_429 bool, sample_age_limit duration 2.50
    metadata:
      send bool, send_interval duration, max_samples_per_send int
    remote_read:
      url url, remote_timeout duration, headers {string}, read_recent bool, name string,
      +http_client, required_matchers labels, filter_external_labels bool,
      chunked_read_limit uint 2.55
    runtime:
      gogc int
    otlp:
      promote_resource_attributes [string], translation_strategy string 3.0,
      keep_identifying_resource_attributes bool 3.1, convert_histograms_to_nhcb bool 3.4,
      promote_all_resource_attributes bool 3.5, ignore_resource_attributes [string] 3.5,
      promote_scope_metadata bool 3.6, label_name_underscore_sanitization bool 3.8,
      label_name_preserve_multiple_underscores bool 3.8
    static:
      targets [string], labels labels
    """
}
