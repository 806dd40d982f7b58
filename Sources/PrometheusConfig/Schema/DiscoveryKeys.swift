/// The keys of service discoveries (Prometheus: discovery).
enum DiscoveryKeys {
  static let text = """
    discoveries:
      static_configs [static], ec2_sd_configs [ec2], lightsail_sd_configs [lightsail],
      azure_sd_configs [azure], consul_sd_configs [consul],
      digitalocean_sd_configs [digitalocean], dns_sd_configs [dns],
      eureka_sd_configs [eureka], file_sd_configs [file], gce_sd_configs [gce],
      hetzner_sd_configs [hetzner], http_sd_configs [http], ionos_sd_configs [ionos],
      kubernetes_sd_configs [kubernetes], linode_sd_configs [linode],
      marathon_sd_configs [marathon], docker_sd_configs [docker],
      dockerswarm_sd_configs [dockerswarm], nomad_sd_configs [nomad],
      openstack_sd_configs [openstack], ovhcloud_sd_configs [ovhcloud],
      puppetdb_sd_configs [puppetdb], scaleway_sd_configs [scaleway],
      triton_sd_configs [triton], uyuni_sd_configs [uyuni], vultr_sd_configs [vultr],
      kuma_sd_configs [kuma], serverset_sd_configs [zookeeper], nerve_sd_configs [zookeeper],
      stackit_sd_configs [stackit] 3.5, aws_sd_configs [aws] 3.8, ecs_sd_configs [ecs] 3.8,
      msk_sd_configs [msk] 3.10, elasticache_sd_configs [elasticache] 3.11,
      rds_sd_configs [rds] 3.11, outscale_sd_configs [outscale] 3.12,
      oci_sd_configs [oci] 3.14
    aws:
      role <ec2 ecs elasticache lightsail msk rds>, region string, endpoint string,
      access_key string, secret_key string, profile string, role_arn string,
      refresh_interval duration, port int, +http_client, filters [filter], clusters [string],
      external_id string 3.12
    azure:
      environment string, port int, subscription_id string, tenant_id string,
      client_id string, client_secret string, refresh_interval duration,
      authentication_method string, resource_group string, +http_client
    consul:
      server string, token string, datacenter string, namespace string, partition string,
      tag_separator string, scheme string, username string, password string, allow_stale bool,
      refresh_interval duration, services [string], tags [string], node_meta {string},
      +http_client, path_prefix string 2.45, filter string 3.0, health_filter string 3.12
    digitalocean:
      +http_client, refresh_interval duration, port int, role <droplets databases> 3.12
    dns:
      names [string], refresh_interval duration, type string, port int
    docker:
      +http_client, host string, port int, filters [filter], host_networking_host string,
      refresh_interval duration, match_first_network bool 2.54
    dockerswarm:
      +http_client, host string, role string, port int, filters [filter],
      refresh_interval duration
    ec2:
      endpoint string, region string, access_key string, secret_key string, profile string,
      role_arn string, refresh_interval duration, port int, filters [filter], +http_client,
      external_id string 3.12
    ecs:
      region string, endpoint string, access_key string, secret_key string, profile string,
      role_arn string, clusters [string], port int, refresh_interval duration,
      request_concurrency int, +http_client, external_id string 3.12
    elasticache:
      region string, endpoint string, access_key string, secret_key string, profile string,
      role_arn string, clusters [string], port int, refresh_interval duration,
      request_concurrency int, +http_client, external_id string 3.12
    eureka:
      server string, +http_client, refresh_interval duration
    file:
      files [string], refresh_interval duration
    filter:
      name string, values [string]
    gce:
      project string, zone string, filter string, refresh_interval duration, port int,
      tag_separator string
    hetzner:
      +http_client, refresh_interval duration, port int, role <robot hcloud>,
      label_selector string 3.5
    http:
      +http_client, refresh_interval duration, url string
    ionos:
      datacenter_id string, +http_client, refresh_interval duration, port int
    kubernetes:
      api_server url, role <node pod service endpoints endpointslice ingress>,
      kubeconfig_file string, +http_client, namespaces kubernetes_namespaces,
      selectors [kubernetes_selector], attach_metadata kubernetes_metadata
    kubernetes_metadata:
      node bool, namespace bool 3.6, +kubernetes_pod_metadata 3.11
    kubernetes_namespaces:
      own_namespace bool, names [string]
    kubernetes_pod_metadata:
      deployment bool, job bool, cronjob bool
    kubernetes_selector:
      role <node pod service endpoints endpointslice ingress>, label string, field string
    kuma:
      +http_client, refresh_interval duration, fetch_timeout duration, server string,
      client_id string 2.50
    lightsail:
      endpoint string, region string, access_key string, secret_key string, profile string,
      role_arn string, refresh_interval duration, port int, +http_client,
      external_id string 3.12
    linode:
      +http_client, refresh_interval duration, port int, tag_separator string,
      region string 2.52
    marathon:
      servers [string], refresh_interval duration, auth_token string, auth_token_file string,
      +http_client
    msk:
      region string, endpoint string, access_key string, secret_key string, profile string,
      role_arn string, clusters [string], port int, refresh_interval duration,
      request_concurrency int, +http_client, external_id string 3.12
    nomad:
      allow_stale bool, +http_client, namespace string, refresh_interval duration,
      region string, server string, tag_separator string
    oci:
      auth string, tenancy string, user string, fingerprint string, key_file string,
      key_passphrase string, key_passphrase_file string, region string, compartments [string],
      +http_client, port int, refresh_interval duration
    openstack:
      identity_endpoint string, username string, userid string, password string,
      project_name string, project_id string, domain_name string, domain_id string,
      application_credential_name string, application_credential_id string,
      application_credential_secret string, role <hypervisor instance> -3.1,
      role <hypervisor instance loadbalancer> 3.2, region string, refresh_interval duration,
      port int, all_tenants bool, tls_config tls, availability string
    outscale:
      endpoint string, region string, access_key string, secret_key string,
      secret_key_file string, refresh_interval duration, port int, +http_client
    ovhcloud:
      endpoint string, application_key string, application_secret string, consumer_key string,
      refresh_interval duration, service string
    puppetdb:
      +http_client, refresh_interval duration, url string, query string,
      include_parameters bool, port int
    rds:
      region string, endpoint string, access_key string, secret_key string, profile string,
      role_arn string, clusters [string], port int, refresh_interval duration,
      request_concurrency int, +http_client, external_id string 3.12, filters [filter] 3.13
    scaleway:
      project_id string, api_url string, zone string, access_key string, secret_key string,
      secret_key_file string, name_filter string, tags_filter [string], +http_client,
      refresh_interval duration, port int, role <instance baremetal>
    stackit:
      +http_client, project string, refresh_interval duration, port int, region string,
      endpoint string, service_account_key string, private_key string,
      service_account_key_path string, private_key_path string, credentials_file_path string
    triton:
      account string, role string, dns_suffix string, endpoint string, groups [string],
      port int, refresh_interval duration, tls_config tls, version int
    uyuni:
      server string, username string, password string, +http_client, entitlement string,
      separator string, refresh_interval duration
    vultr:
      +http_client, refresh_interval duration, port int
    zookeeper:
      servers [string], paths [string], timeout duration
    """
}
