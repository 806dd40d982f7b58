import TestSupport
import Testing

@testable import PrometheusConfig

@Suite struct LabelPolicyTests {
  private func error(_ text: String) -> String? {
    do {
      _ = try LabelPolicy(Array(text.utf8), file: "policy.yml")
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func `the policy of the test data is read`() throws {
    let policy = try LabelPolicy(path: Fixture.testData + "/label-policy.yml")
    #expect(
      policy.allowedHighCardinality
        == Set(["pod_name", "container_name", "node_name", "namespace"].map { Array($0.utf8) }))
    #expect(
      policy.forbiddenLabels.map { String(decoding: $0, as: UTF8.self) }
        == ["user_id", "request_id", "email", "ip_address", "url_path"])
    #expect(policy.maxCardinalityPerMetric == 10_000)
    #expect(policy.reviewRequiredAbove == 5000)
  }

  @Test func `a policy may leave out what it does not limit`() throws {
    let policy = try LabelPolicy(Array("label_policy: {}".utf8), file: "policy.yml")
    #expect(policy.forbiddenLabels.isEmpty)
    #expect(policy.maxCardinalityPerMetric == nil)
    #expect(policy.reviewRequiredAbove == nil)
  }

  @Test func `what is wrong has line, key, and what is allowed`() {
    #expect(error("") == "policy.yml:1:1: label_policy is missing: it is the one key of a policy")
    #expect(error("policy: {}") == "policy.yml:1:1: policy: unknown key; allowed are label_policy")
    #expect(
      error("label_policy:\n  forbiden_labels: [a]\n")
        == "policy.yml:2:3: label_policy.forbiden_labels: unknown key; allowed are "
        + "allowed_high_cardinality, forbidden_labels, max_cardinality_per_metric, "
        + "review_required_above")
    #expect(
      error("label_policy:\n  forbidden_labels: user_id\n")
        == "policy.yml:2:21: label_policy.forbidden_labels: expected a list, found \"user_id\"")
    #expect(
      error("label_policy:\n  forbidden_labels: [a, {b: c}]\n")
        == "policy.yml:2:25: label_policy.forbidden_labels[1]: expected text, found a mapping")
    #expect(
      error("label_policy:\n  forbidden_labels: [a, '']\n")
        == "policy.yml:2:25: label_policy.forbidden_labels[1]: expected a label name, found \"\"")
    #expect(
      error("label_policy:\n  forbidden_labels: [a, a]\n")
        == "policy.yml:2:25: label_policy.forbidden_labels[1]: the label is named twice")
    #expect(
      error("label_policy:\n  allowed_high_cardinality: [a]\n  forbidden_labels: [a]\n")
        == "policy.yml:3:22: label_policy.forbidden_labels[0]: "
        + "the label is also in allowed_high_cardinality")
    #expect(
      error("label_policy:\n  max_cardinality_per_metric: many\n")
        == "policy.yml:2:31: label_policy.max_cardinality_per_metric: "
        + "expected a whole number from 0 on, found \"many\"")
    #expect(
      error("label_policy:\n  review_required_above: 0\n")
        == "policy.yml:2:26: label_policy.review_required_above: "
        + "expected a whole number from 1 on, found \"0\"")
    #expect(
      error("label_policy: {max_cardinality_per_metric: 5, review_required_above: 6}")
        == "policy.yml:1:70: label_policy.review_required_above: "
        + "expected at most max_cardinality_per_metric (5), found 6")
  }
}
