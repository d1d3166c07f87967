/// The version of the project, one for all its programs.
public enum ProductVersion {
  /// As semantic versioning has it.
  public static let current = "0.1.0"
}
