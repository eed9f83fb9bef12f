/// What the site says, in both of its languages, next to each other for whoever translates.
extension Localized {
    static let siteName = Localized(en: "Namu Stays", ko: "나무스테이")
    static let slogan = Localized(en: "Rooms that feel like the place", ko: "그곳다운 하룻밤")
    static let invitation = Localized(
        en:
            "500 small and larger hotels in 58 cities. Prices in local money, no fee, free cancellation until the day before.",
        ko: "58개 도시, 500곳의 숙소. 현지 통화 그대로, 수수료 없이, 도착 전날까지 무료 취소."
    )
    static let skipToContent = Localized(en: "Skip to content", ko: "본문으로 건너뛰기")
    static let myBookings = Localized(en: "My bookings", ko: "내 예약")
    static let logIn = Localized(en: "Log in", ko: "로그인")
    static let logOut = Localized(en: "Log out", ko: "로그아웃")
    static let signUp = Localized(en: "Sign up", ko: "회원가입")
    static let footer = Localized(
        en: "A demonstration: the hotels are invented, the cities are real, and no money changes hands.",
        ko: "데모 사이트입니다. 호텔은 가상이고 도시는 실제이며, 결제는 일어나지 않습니다."
    )
    static let apiLink = Localized(en: "API description", ko: "API 명세")

    // Searching
    static let where_ = Localized(en: "Where to?", ko: "어디로 가세요?")
    static let wherePlaceholder = Localized(en: "City, hotel or neighbourhood", ko: "도시, 호텔, 동네 이름")
    static let arrival = Localized(en: "Arrival", ko: "체크인")
    static let departure = Localized(en: "Departure", ko: "체크아웃")
    static let guests = Localized(en: "Guests", ko: "인원")
    static let search = Localized(en: "Search", ko: "검색")
    static let popularCities = Localized(en: "Cities people return to", ko: "다시 찾게 되는 도시")
    static let allCities = Localized(en: "All cities", ko: "모든 도시")
    static let sortBy = Localized(en: "Sort by", ko: "정렬")
    static let sortRecommended = Localized(en: "Recommended", ko: "추천순")
    static let sortPrice = Localized(en: "Lowest price", ko: "낮은 가격순")
    static let sortScore = Localized(en: "Guest score", ko: "평점순")
    static let more = Localized(en: "Show more", ko: "더 보기")
    static let backToStart = Localized(en: "Back to the first page", ko: "처음으로")
    static let nothingFound = Localized(en: "Nothing found", ko: "검색 결과가 없습니다")
    static let nothingFoundAdvice = Localized(
        en: "No hotel fits these words and dates. Try other dates, fewer words, or a whole city.",
        ko: "조건에 맞는 호텔이 없습니다. 날짜를 바꾸거나 검색어를 줄이거나 도시 전체를 둘러보세요."
    )
    static let results = Localized(en: "Hotels", ko: "호텔")

    // A hotel
    static let perNightFrom = Localized(en: "a night from", ko: "1박 최저")
    static let perNight = Localized(en: "per night", ko: "1박")
    static let rooms = Localized(en: "Rooms", ko: "객실")
    static let room = Localized(en: "Room", ko: "객실")
    static let calendar = Localized(en: "Availability", ko: "예약 가능일")
    static let calendarNote = Localized(
        en: "The cheapest free room, night by night.",
        ko: "날짜별 예약 가능한 객실의 최저가입니다."
    )
    static let soldOut = Localized(en: "Sold out", ko: "매진")
    static let free = Localized(en: "Free", ko: "예약 가능")
    static let showPrices = Localized(en: "Show rooms and prices", ko: "객실과 요금 보기")
    static let reserve = Localized(en: "Reserve", ko: "예약하기")
    static let chooseDates = Localized(
        en: "Choose dates to see prices and free rooms.",
        ko: "날짜를 선택하면 요금과 남은 객실이 보입니다."
    )
    static let tooManyGuests = Localized(en: "Too small for your party", ko: "인원 초과")
    static let about = Localized(en: "About the house", ko: "호텔 소개")
    static let amenities = Localized(en: "Amenities", ko: "편의시설")

    // Accounts
    static let name = Localized(en: "Name", ko: "이름")
    static let email = Localized(en: "E-mail", ko: "이메일")
    static let password = Localized(en: "Password", ko: "비밀번호")
    static let passwordHint = Localized(
        en: "At least 10 characters. A few words make a good one.",
        ko: "10자 이상. 단어 몇 개를 이으면 좋습니다."
    )
    static let noAccountYet = Localized(en: "No account yet?", ko: "아직 회원이 아니신가요?")
    static let alreadyMember = Localized(en: "Already a member?", ko: "이미 회원이신가요?")
    static let badEmail = Localized(
        en: "This does not look like an e-mail address.",
        ko: "이메일 주소 형식이 아닙니다."
    )
    static let badName = Localized(en: "Please give a name of at most 80 characters.", ko: "이름을 80자 이내로 적어 주세요.")
    static let wrongCredentials = Localized(
        en: "E-mail and password do not match. Please try again.",
        ko: "이메일과 비밀번호가 일치하지 않습니다. 다시 시도해 주세요."
    )
    static let emailTaken = Localized(
        en: "There is an account with this e-mail already.",
        ko: "이미 가입된 이메일입니다."
    )
    static let logInInstead = Localized(en: "Log in instead?", ko: "로그인하시겠어요?")

    // Booking
    static let review = Localized(en: "Review and confirm", ko: "예약 확인")
    static let confirmBooking = Localized(en: "Confirm booking", ko: "예약 확정")
    static let total = Localized(en: "Total", ko: "합계")
    static let payAtHotel = Localized(
        en: "You pay at the hotel. Cancelling is free until the day before arrival.",
        ko: "결제는 호텔에서 합니다. 도착 전날까지 무료로 취소할 수 있습니다."
    )
    static let bookingConfirmed = Localized(en: "Your booking is confirmed", ko: "예약이 확정되었습니다")
    static let bookingCancelled = Localized(en: "This booking is cancelled", ko: "취소된 예약입니다")
    static let confirmationSent = Localized(en: "A confirmation is on its way to", ko: "확인 메일을 보내는 주소:")
    static let bookingCode = Localized(en: "Booking code", ko: "예약 번호")
    static let cancelBooking = Localized(en: "Cancel this booking", ko: "예약 취소")
    static let cancelQuestion = Localized(
        en: "Your room goes back on sale, and there is nothing to pay. This cannot be undone.",
        ko: "취소하면 객실이 다시 판매되며 비용은 없습니다. 취소는 되돌릴 수 없습니다."
    )
    static let cancelForSure = Localized(en: "Yes, cancel it", ko: "네, 취소합니다")
    static let cancelled = Localized(en: "Cancelled", ko: "취소됨")
    static let confirmed = Localized(en: "Confirmed", ko: "확정")
    static let noBookings = Localized(en: "No bookings yet", ko: "아직 예약이 없습니다")
    static let noBookingsAdvice = Localized(en: "Your next trip starts with a search.", ko: "다음 여행을 검색으로 시작해 보세요.")
    static let findHotel = Localized(en: "Find a hotel", ko: "호텔 찾기")
    static let soldOutTitle = Localized(en: "Somebody was faster", ko: "방금 매진되었습니다")
    static let soldOutAdvice = Localized(
        en: "The last room of this kind was just booked for one of your nights. Nothing was reserved.",
        ko: "선택한 날짜 중 하루의 마지막 객실이 방금 예약되었습니다. 예약된 것은 없습니다."
    )
    static let seeOtherRooms = Localized(en: "See the other rooms", ko: "다른 객실 보기")
    static let tooLateToCancel = Localized(
        en: "The stay has begun, so it can no longer be cancelled here.",
        ko: "이미 숙박이 시작되어 여기서 취소할 수 없습니다."
    )

    // Trouble
    static let notFoundTitle = Localized(en: "This page does not exist", ko: "페이지를 찾을 수 없습니다")
    static let notFoundAdvice = Localized(en: "The address may be mistyped or old.", ko: "주소가 잘못되었거나 오래된 링크일 수 있습니다.")
    static let backHome = Localized(en: "To the start page", ko: "첫 화면으로")
    static let badDates = Localized(
        en: "Please choose a day of arrival within a year from today, and a departure 1 to 30 nights later.",
        ko: "체크인은 오늘부터 1년 안의 날로, 체크아웃은 체크인 다음 날부터 최대 30박까지 선택해 주세요."
    )

    static func nights(_ count: Int) -> Localized {
        Localized(en: count == 1 ? "1 night" : "\(count) nights", ko: "\(count)박")
    }

    static func guests(_ count: Int) -> Localized {
        Localized(en: count == 1 ? "1 guest" : "\(count) guests", ko: "\(count)명")
    }

    static func upToGuests(_ count: Int) -> Localized {
        Localized(en: count == 1 ? "1 guest" : "Up to \(count) guests", ko: "최대 \(count)명")
    }

    static func roomsLeft(_ count: Int) -> Localized {
        Localized(en: count == 1 ? "Only 1 room left" : "Only \(count) rooms left", ko: "객실 \(count)개 남음")
    }

    static func hotels(_ count: Int) -> Localized {
        Localized(en: count == 1 ? "1 hotel" : "\(count) hotels", ko: "호텔 \(count)곳")
    }

    static func hotelsAtLeast(_ count: Int) -> Localized {
        Localized(en: "\(count) hotels or more", ko: "호텔 \(count)곳 이상")
    }

    static func reviews(_ count: Int) -> Localized {
        let number = Language.english.grouped(count)
        return Localized(en: "\(number) reviews", ko: "후기 \(number)개")
    }

    static func stars(_ count: Int) -> Localized {
        Localized(en: "\(count) stars", ko: "\(count)성급")
    }
}

extension Language {
    /// The text in this language: `language[.search]`.
    subscript(_ text: Localized) -> String { text[self] }
}

extension Amenity {
    var title: Localized {
        switch self {
        case .breakfast: Localized(en: "Breakfast", ko: "조식")
        case .wifi: Localized(en: "Wi-Fi", ko: "와이파이")
        case .pool: Localized(en: "Pool", ko: "수영장")
        case .spa: Localized(en: "Spa", ko: "스파")
        case .gym: Localized(en: "Gym", ko: "피트니스")
        case .bar: Localized(en: "Bar", ko: "바")
        case .restaurant: Localized(en: "Restaurant", ko: "레스토랑")
        case .garden: Localized(en: "Garden", ko: "정원")
        case .rooftop: Localized(en: "Roof terrace", ko: "루프톱")
        case .onsen: Localized(en: "Hot-spring bath", ko: "온천")
        case .sauna: Localized(en: "Sauna", ko: "사우나")
        case .parking: Localized(en: "Parking", ko: "주차")
        case .shuttle: Localized(en: "Airport shuttle", ko: "공항 셔틀")
        case .pets: Localized(en: "Pets welcome", ko: "반려동물 동반")
        }
    }
}

extension RoomKind {
    var title: Localized {
        switch self {
        case .single: Localized(en: "Single room", ko: "싱글룸")
        case .double: Localized(en: "Double room", ko: "더블룸")
        case .twin: Localized(en: "Twin room", ko: "트윈룸")
        case .superior: Localized(en: "Superior double", ko: "슈피리어 더블")
        case .deluxe: Localized(en: "Deluxe room", ko: "디럭스룸")
        case .family: Localized(en: "Family room", ko: "패밀리룸")
        case .suite: Localized(en: "Suite", ko: "스위트")
        case .ondol: Localized(en: "Ondol room, heated floor", ko: "온돌방")
        case .tatami: Localized(en: "Tatami room, futons", ko: "다다미방")
        }
    }
}
