extension SlotSecret {
  /// The source whose slots ask for it.
  var source: KeySourceName {
    switch self {
    case .passphrase: .passphrase
    case .pin: .tpm2
    }
  }

  /// That no slot asks for it.
  var noSlot: StoreError {
    switch self {
    case .passphrase: .noPassphraseSlot
    case .pin: .noPINSlot
    }
  }
}
