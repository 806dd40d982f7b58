/// The keys of HTTP clients and of their authentication (prometheus/common: config/http_config.go,
/// headers.go; prometheus/sigv4; Prometheus: storage/remote/azuread and googleiam).
enum ClientKeys {
  static let text = """
    http_client:
      basic_auth basic_auth, authorization authorization, oauth2 oauth2, bearer_token string,
      bearer_token_file string, proxy_url url -2.42, proxy_connect_header {[string]} -2.42,
      tls_config tls, follow_redirects bool, enable_http2 bool, +proxy 2.43,
      http_headers headers 2.53
    proxy:
      proxy_url url, no_proxy string, proxy_from_environment bool,
      proxy_connect_header {[string]}
    basic_auth:
      username string, password string, password_file string, username_file string 2.49,
      username_ref string 2.53, password_ref string 2.53
    authorization:
      type string, credentials string, credentials_file string, credentials_ref string 2.53
    oauth2:
      client_id string, client_secret string, client_secret_file string, scopes [string],
      token_url string, endpoint_params {string}, proxy_url url -2.42, tls_config tls,
      +proxy 2.43, client_secret_ref string 2.53, client_certificate_key_id string 3.8,
      client_certificate_key string 3.8, client_certificate_key_file string 3.8,
      client_certificate_key_ref string 3.8, grant_type string 3.8,
      signature_algorithm string 3.8, iss string 3.8, audience string 3.8, claims {any} 3.8
    tls:
      ca_file string, cert_file string, key_file string, server_name string,
      insecure_skip_verify bool, min_version <TLS10 TLS11 TLS12 TLS13>,
      max_version <TLS10 TLS11 TLS12 TLS13>, ca string 2.45, cert string 2.45,
      key string 2.45, ca_ref string 2.53, cert_ref string 2.53, key_ref string 2.53
    headers:
      * header
    header:
      values [string], secrets [string], files [string]
    sigv4:
      region string, access_key string, secret_key string, profile string, role_arn string,
      use_fips_sts_endpoint bool 3.1, service_name string 3.5, external_id string 3.10
    azuread:
      managed_identity azuread_identity, cloud string, oauth azuread_oauth 2.48,
      sdk azuread_sdk 2.52, workload_identity azuread_workload 3.7, scope string 3.9,
      certificate azuread_certificate 3.13
    azuread_identity:
      client_id string
    azuread_oauth:
      client_id string, client_secret string, tenant_id string
    azuread_sdk:
      tenant_id string
    azuread_workload:
      client_id string, tenant_id string, token_file_path string
    azuread_certificate:
      client_id string, tenant_id string, certificate_path string,
      certificate_key_path string, certificate_password string, send_certificate_chain bool
    google_iam:
      credentials_file string
    """
}
