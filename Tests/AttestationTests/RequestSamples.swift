/// Certification requests made with OpenSSL 3.0.22, whose keys were thrown away:
/// `openssl req -new -key KEY -config FILE -outform DER`.
enum RequestSamples {
    /// P-256, SHA-256, no attributes.
    static let p256 = """
        MIHRMHkCAQAwFzEVMBMGA1UEAwwMa2VlcC5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAETaKTJ6SB\
        LoEs7FAzPT67WiySGykNMsIny9iNMMYdaEoBkd2Fe4mA5p7nyMNRpjvmQCNjjFm/PfSMdEAkU2+6dKAAMAoGCCqG\
        SM49BAMCA0gAMEUCIQC0+cgZSFtpim9IEzv3LFN/vGWF+A4FF+s7qZr31IsnJQIgf+HBtOpTPLtGsg2LnFUnXtmj\
        IjmdvQhOtUnBv/7ICDA=
        """

    /// P-384, SHA-384, a challenge password and requested extensions, three of them with evidence.
    static let p384WithExtensions = """
        MIIB0zCCAVoCAQAwLzEVMBMGA1UEAwwMa2VlcC5leGFtcGxlMRYwFAYDVQQKDA1NYXJ0bGV0IHRlc3RzMHYwEAYH\
        KoZIzj0CAQYFK4EEACIDYgAEYmaarFjRk1Pfa8+AoGvGRbRU+koHLAdX6ZD6kOp+/yw3QZB8VhiEBwvs1lTERYte\
        OAG8qg7EXvW0ZU943Nbqju4GhzreFbsU1mYBB8qyotN1R1HyxCJxls4c9ivfGKn3oIGrMBsGCSqGSIb3DQEJBzEO\
        DAxub3QgYSBzZWNyZXQwgYsGCSqGSIb3DQEJDjF+MHwwHQYDVR0RBBYwFIIMa2VlcC5leGFtcGxlhwTAAAIHMA4G\
        A1UdDwEB/wQEAwIHgDATBgNVHSUEDDAKBggrBgEFBQcDATASBgZngQUFBAkECNnqYIJBqkG7MBAGCCsGAQUFBwEj\
        BAQEAgECMBAGCSqGSIb4TYo5BgQDBAH/MAoGCCqGSM49BAMDA2cAMGQCMEWqOQviShes49YZHUHtlM2JX66cyXdE\
        nmSPnkt1ODdE6+P/9NA1K/hhUH289tKlvQIwULT/YekgcBTCp38QX4yOvBJ5ZooJ/s4Qdl4VazNQDW9o3JCk8l4F\
        kWuJ7H02FMmw
        """

    /// RSA 2048, PKCS #1 with SHA-256.
    static let rsa = """
        MIICXDCCAUQCAQAwFzEVMBMGA1UEAwwMa2VlcC5leGFtcGxlMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC\
        AQEAnJ0ZO0bqv+BlucN6Vw0jL4QceuqVS/vQCBchmwNYKm9zr9zIym5J58OqMtflxzwMk35g97C4p10FKEA6u5HN\
        QsJNOpPmHtxrHZQiumodVdnxdqTBYSEa1sfrin0chmwHeShBTM3VjGp29Wgvz+ewlqW02WSILgz9RtasfW4AzGRH\
        vgkVNK+whHb7UGcf6m05gSQ39goEc4gOuAp/lUczJqTJOHV+ivWuKyGObyo6zcbCgzMNrojarpFhigAVQKT3xThK\
        yhGIxv1N1ZkKpZp2gdGnd9N9rKsBGkZtMuvu8A3P7MdiTMcVX19u5RoliwcP9W/yRb1CzKJYYcMgreIaNwIDAQAB\
        oAAwDQYJKoZIhvcNAQELBQADggEBAGSQJaOZ+HT/FgKr7CjNvTkCwwaRg6Dr//Ed4Lxb/anXE8VnxjC+FYGclWH0\
        LIHGZA5l6LKylSwNQv0ODc/hkTgal7yB8WzvG35jfNrkZ4IF5Od9pwqdMjiuROUO5nmzmn/F58dhr8yAqzM9Tf/o\
        xbFYeVOcg92XVaUTRc9R95jcGQu95TwNVpg6dplh9vc55f8wBl4hYK3yAxyWsvAYYefefWieafjl2XFNc5Q3a0MN\
        k2WMm0+2SDz6T7Fcyj8WI7l+KIyvivyVJQ7KR3tcwftVx9Jcvvlcgf+/Frfc4e7MA5U2m3tV9G2loPFzETIeY65j\
        vzgKk0rRX95XPTsGBq4=
        """

    /// RSA 2048, PSS with SHA-384 and 48 bytes of salt.
    static let pss = """
        MIICkDCCAUQCAQAwFzEVMBMGA1UEAwwMa2VlcC5leGFtcGxlMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC\
        AQEAnJ0ZO0bqv+BlucN6Vw0jL4QceuqVS/vQCBchmwNYKm9zr9zIym5J58OqMtflxzwMk35g97C4p10FKEA6u5HN\
        QsJNOpPmHtxrHZQiumodVdnxdqTBYSEa1sfrin0chmwHeShBTM3VjGp29Wgvz+ewlqW02WSILgz9RtasfW4AzGRH\
        vgkVNK+whHb7UGcf6m05gSQ39goEc4gOuAp/lUczJqTJOHV+ivWuKyGObyo6zcbCgzMNrojarpFhigAVQKT3xThK\
        yhGIxv1N1ZkKpZp2gdGnd9N9rKsBGkZtMuvu8A3P7MdiTMcVX19u5RoliwcP9W/yRb1CzKJYYcMgreIaNwIDAQAB\
        oAAwQQYJKoZIhvcNAQEKMDSgDzANBglghkgBZQMEAgIFAKEcMBoGCSqGSIb3DQEBCDANBglghkgBZQMEAgIFAKID\
        AgEwA4IBAQAo2gowwJPli/pUZR8PCz2kCtvx7RYN7Eg9NFzVzV4RxeVwAXtc9dGTFKrnJI98zFRiZnql4Mp9aPOS\
        nBdAm5CqRAZcGpIcS6EySIhAViZJG2faLbZOgD2qwULt8BMUeGIrKpCWhyhV9QISyNURxmS67ya0ErnE6uKeuM84\
        J3MfkopCjxVfCh6Dyglk2goTC/Ia01/e5k5wNRGOepR0vTS5FvoLW4SM6f8gIE0Lgyd+8DKaOYvZ9kHQv3DBUTTu\
        nQJyNOAPqKLbm6qktuBW0NWkEqg3fxlzPxtj255z6Sp5qIRlCj5dr/HrQ43jWBDsIAsII4wzZY+ZSZQxQ19EU4Jh
        """

    /// P-521, which is not read here.
    static let p521 = """
        MIIBWTCBvAIBADAXMRUwEwYDVQQDDAxrZWVwLmV4YW1wbGUwgZswEAYHKoZIzj0CAQYFK4EEACMDgYYABAGS3e6I\
        qmB/oTWg6cyGMMb3vbtTqSaM3PxLzLcncQmp7VHpSNJu8c38Om61p+FXV2BXBNJEyIsYAVrV04eGx+QFugBA+t/3\
        Kem3UVBoFgR1xCOf+qZnALPnEApgjj7WNtlJwBigljwFnpUTQxmOfoGfjq60VSg1cgZMHfEpqg6rIOypQaAAMAoG\
        CCqGSM49BAMCA4GLADCBhwJCAfjXte8dLcMorGVYmMXflYMQFRMdjWB9iCM7jFdOkX6088KWcuj7hcLuSjongVgz\
        7ifwzjrMsebeb34OR6tO0bW+AkFD9POD84tC7cRlgsDhLfbWhyD5L6l0Dyxc1TnexF5tuwc69DLr6vP5Tnw7WgbK\
        EB4UKPLW5h8zzKprzffBuBu8ag==
        """

    /// Ed25519, which is not read here.
    static let ed25519 = """
        MIGWMEoCAQAwFzEVMBMGA1UEAwwMa2VlcC5leGFtcGxlMCowBQYDK2VwAyEAb324bYWy/UpU0conTY9jwr7Id4XI\
        ItL0ZHPRnMwQQ/qgADAFBgMrZXADQQDRtFNMmz9I9fk5M1/7fSfyjbVjlapXaZji9MKDCMyPYXJOhwtkL/CdmWaK\
        ZwlE2TLv7vhnHNec5OYDH8eQ6hgK
        """

    /// A critical extension that nobody knows.
    static let unknownCritical = """
        MIHyMIGYAgEAMBcxFTATBgNVBAMMDGtlZXAuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABE2ikyek\
        gS6BLOxQMz0+u1oskhspDTLCJ8vYjTDGHWhKAZHdhXuJgOae58jDUaY75kAjY4xZvz30jHRAJFNvunSgHzAdBgkq\
        hkiG9w0BCQ4xEDAOMAwGAyoDBAEB/wQCBQAwCgYIKoZIzj0EAwIDSQAwRgIhAL8L0BxvfKWr5oM1tUg9spalyrxp\
        nMKoPppY+QwDAK+nAiEA+xmjpn+0Y2GeP3xLQynigVrny8YGX7Kz4W2lX+mwuZw=
        """

    /// No subject.
    static let withoutSubject = """
        MIG6MGICAQAwADBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABE2ikyekgS6BLOxQMz0+u1oskhspDTLCJ8vYjTDG\
        HWhKAZHdhXuJgOae58jDUaY75kAjY4xZvz30jHRAJFNvunSgADAKBggqhkjOPQQDAgNIADBFAiA3JmrAkbFzxewm\
        TITFRQxvRbk9kCVrIqb9MDI2nV0upgIhAM6plLfWhNqy7p0czqe2Fd9hVeJJTuXdnZDTX9h0CG/8
        """
}
