/// A manifest by which Gramine (1.6 and later, "Manifest syntax") runs a keep inside an SGX enclave.
package struct GramineManifest {
    private let keep: String
    private let port: UInt16
    private let enclaveSize: String
    private let threads: Int
    private let vaults: String

    package init(keep: String, port: UInt16, enclaveSize: String, threads: Int, vaults: String) {
        self.keep = keep
        self.port = port
        self.enclaveSize = enclaveSize
        self.threads = threads
        self.vaults = vaults
    }

    /// The manifest. It measures the keep, its arguments and its environment; nothing of the host's
    /// environment enters, no debugging, and only the vaults' directory is writable.
    package var text: String {
        """
        libos.entrypoint = "/martlet-keep"
        loader.entrypoint.uri = "file:{{ gramine.libos }}"
        loader.log_level = "error"
        loader.argv = ["martlet-keep", "--standalone", "\(port)", "--vaults", "/vaults"]
        loader.insecure__use_cmdline_argv = false
        loader.insecure__use_host_env = false

        fs.mounts = [
          { path = "/martlet-keep", uri = "file:\(keep)" },
          { path = "/vaults", uri = "file:\(vaults)" },
          { type = "tmpfs", path = "/tmp" },
        ]

        sys.stack.size = "8M"
        sys.enable_sigterm_injection = true

        sgx.debug = false
        sgx.remote_attestation = "dcap"
        sgx.enclave_size = "\(enclaveSize)"
        sgx.max_threads = \(threads)
        sgx.edmm_enable = true
        sgx.trusted_files = [
          "file:{{ gramine.libos }}",
          "file:\(keep)",
        ]
        sgx.allowed_files = ["file:\(vaults)"]
        """
    }
}
