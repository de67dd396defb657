import ChannelModel
import Glibc

/// Checks the attested channel's protocol: `make model`.
@main
enum ModelCommand {
    static func main() {
        let (text, holds) = checkModel()
        print(text)
        exit(holds ? 0 : 1)
    }
}
