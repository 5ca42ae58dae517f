class Kubelens < Formula
  desc "What Kubernetes manifests will do, before the cluster does it"
  homepage "https://github.com/kubelens/kubelens"
  version "${version}"
  license "Apache-2.0"

  on_macos do
    on_arm do
      url "${downloads}/kubelens-darwin-arm64"
      sha256 "${sha256_darwin_arm64}"
    end
    on_intel do
      url "${downloads}/kubelens-darwin-amd64"
      sha256 "${sha256_darwin_amd64}"
    end
  end

  on_linux do
    on_arm do
      url "${downloads}/kubelens-linux-arm64"
      sha256 "${sha256_linux_arm64}"
    end
    on_intel do
      url "${downloads}/kubelens-linux-amd64"
      sha256 "${sha256_linux_amd64}"
    end
  end

  resource "man" do
    url "${downloads}/kubelens.1"
    sha256 "${sha256_man_page}"
  end

  def install
    bin.install Dir["kubelens-*"].first => "kubelens"
    bin.install_symlink "kubelens" => "kubectl-kubelens"
    resource("man").stage { man1.install "kubelens.1" }
    generate_completions_from_executable(bin/"kubelens", "completion")
  end

  test do
    (testpath/"service.yaml").write <<~YAML
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec: {type: NodePort, ports: [{port: 80, nodePort: 80}]}
    YAML
    assert_match "nodePort", shell_output("#{bin}/kubelens check service.yaml", 1)
  end
end
