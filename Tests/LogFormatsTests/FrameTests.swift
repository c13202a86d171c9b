import LogFormats
import Testing

@Suite struct FrameTests {
    @Test func framesAreTheSameWhenPlaceAndLengthAre() {
        #expect(Frame(place: .held(0..<2), length: 2) != Frame(place: .input(0..<2), length: 2))
    }
}
