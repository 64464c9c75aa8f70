# Rendered by bin/package: a formula for Homebrew.
class Outrigger < Formula
  desc "Service mesh that speaks Envoy's and Istio's formats"
  homepage "https://outrigger.invalid/"
  url "@URL@"
  version "@VERSION@"
  sha256 "@SHA256@"
  license "Apache-2.0"
  depends_on "openjdk@25"

  def install
    libexec.install Dir["*"]
    (bin/"outrigger").write_env_script libexec/"bin/outrigger", JAVA_HOME: Formula["openjdk@25"].opt_prefix
  end

  test do
    assert_match "outrigger #{version}", shell_output("#{bin}/outrigger --version")
  end
end
