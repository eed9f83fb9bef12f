/// Takes Korean particles off the end of a searched word, so that `호텔은` and `호텔에서는` find `호텔`.
///
/// Only query words are shortened: the index finds any part of a word, so `호텔` finds `호텔은` without help. A particle is
/// taken off only where grammar allows it after the syllable before (`은` after a final consonant, `는` after a vowel)
/// and where enough of the word is left to mean something: two syllables, or one if the particle itself has two.
enum KoreanEndings {
    /// The shorter forms of `word`, longest first, at most ``limit`` of them; empty for a word that has none.
    static func stems(of word: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        guard word.allSatisfy({ syllables.contains($0.value) }) else { return [] }
        var stems: [[Unicode.Scalar]] = []
        var rest = word
        while stems.count < limit, let stem = stem(of: rest) {
            stems.append(stem)
            rest = stem
        }
        return stems
    }

    /// Most particles in a row that are taken off.
    static let limit = 3

    private static func stem(of word: [Unicode.Scalar]) -> [Unicode.Scalar]? {
        for length in stride(from: min(longest, word.count - 1), through: 1, by: -1) {
            let stem = word.dropLast(length)
            guard stem.count >= (length == 1 ? 2 : 1), let last = stem.last,
                let particle = particles[String(word.suffix(length))], particle.follows(last)
            else { continue }
            return Array(stem)
        }
        return nil
    }

    private static let syllables: ClosedRange<UInt32> = 0xAC00...0xD7A3
    private static let longest = 4

    /// What the syllable before a particle must end in.
    private enum Particle {
        case any
        case afterConsonant
        case afterVowel
        /// `로`: after a vowel or ㄹ.
        case afterVowelOrRieul
        /// `으로`: after a consonant other than ㄹ.
        case afterConsonantButRieul

        func follows(_ syllable: Unicode.Scalar) -> Bool {
            // The Unicode Standard, 3.12: the index of the final consonant, 0 for none, 8 for ㄹ.
            let final = (syllable.value - 0xAC00) % 28
            return switch self {
            case .any: true
            case .afterConsonant: final != 0
            case .afterVowel: final == 0
            case .afterVowelOrRieul: final == 0 || final == 8
            case .afterConsonantButRieul: final != 0 && final != 8
            }
        }
    }

    private static let particles: [String: Particle] = [
        "은": .afterConsonant, "는": .afterVowel, "이": .afterConsonant, "가": .afterVowel, "을": .afterConsonant,
        "를": .afterVowel, "과": .afterConsonant, "와": .afterVowel, "로": .afterVowelOrRieul,
        "으로": .afterConsonantButRieul, "로서": .afterVowelOrRieul, "으로서": .afterConsonantButRieul,
        "로써": .afterVowelOrRieul, "으로써": .afterConsonantButRieul, "로부터": .afterVowelOrRieul,
        "으로부터": .afterConsonantButRieul, "나": .afterVowel, "이나": .afterConsonant, "랑": .afterVowel,
        "이랑": .afterConsonant, "라도": .afterVowel, "이라도": .afterConsonant, "란": .afterVowel,
        "이란": .afterConsonant, "의": .any, "에": .any, "에서": .any, "에게": .any, "에게서": .any, "한테": .any,
        "한테서": .any, "께": .any, "께서": .any, "도": .any, "만": .any, "까지": .any, "부터": .any, "처럼": .any,
        "같이": .any, "보다": .any, "마다": .any, "조차": .any, "마저": .any, "밖에": .any, "하고": .any, "들": .any,
        "이다": .afterConsonant, "입니다": .any, "인": .any,
    ]
}
