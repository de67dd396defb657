internal import Cryptography

extension KeepSession {
    static func digest(_ bytes: [UInt8]) -> [UInt8] { Hash.sha384(bytes) }
}
