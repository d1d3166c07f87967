/// Rows of text under titles, fitted to a width.
struct Table {
  /// One column.
  struct Column {
    let title: String
    /// Whether it may be cut where there is no room.
    var shrinks = false
    /// Whether it may go where cutting does not help: the greatest number first; 0 stays.
    var drops = 0

    init(_ title: String, shrinks: Bool = false, drops: Int = 0) {
      self.title = title
      self.shrinks = shrinks
      self.drops = drops
    }
  }

  /// One cell.
  struct Cell {
    let text: String
    let role: Style.Role
    init(_ text: String, _ role: Style.Role = .plain) {
      self.text = Visible.text(text)
      self.role = role
    }
  }

  private static let gap = 2
  /// What a cut column should keep before others go for it, and what it keeps at least.
  private static let comfortable = 12
  private static let narrowest = 6

  let columns: [Column]
  var rows: [[Cell]] = []

  init(_ columns: [Column]) { self.columns = columns }

  /// The table's lines, none wider than `width` where that can be.
  func lines(width: Int?, style: Style) -> [String] {
    let kept = keptColumns(width)
    let widths = fittedWidths(kept, width)
    let heading = zip(kept, widths).map { (Cell(columns[$0].title, .heading), $1) }
    return [line(heading, style)] + rows.map { row in line(zip(kept, widths).map { (row[$0], $1) }, style) }
  }

  private func naturalWidth(_ column: Int) -> Int {
    rows.reduce(Visible.width(columns[column].title)) { max($0, Visible.width($1[column].text)) }
  }

  private func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + Table.gap * max(0, widths.count - 1) }

  private func keptColumns(_ width: Int?) -> [Int] {
    var kept = Array(columns.indices)
    guard let width else { return kept }
    let order = columns.indices.filter { columns[$0].drops > 0 }.sorted { columns[$0].drops > columns[$1].drops }
    for column in order where total(kept.map(comfortableWidth)) > width { kept.removeAll { $0 == column } }
    return kept
  }

  private func comfortableWidth(_ column: Int) -> Int {
    columns[column].shrinks ? min(naturalWidth(column), Table.comfortable) : naturalWidth(column)
  }

  /// Takes from the widest column that may be cut until all fit; where that is not enough, from any.
  private func fittedWidths(_ kept: [Int], _ width: Int?) -> [Int] {
    var widths = kept.map(naturalWidth)
    guard let width else { return widths }
    for mayCutAny in [false, true] {
      let candidates = widths.indices.filter { mayCutAny || columns[kept[$0]].shrinks }
      while total(widths) > width, let widest = candidates.max(by: { widths[$0] < widths[$1] }),
        widths[widest] > Table.narrowest
      {
        widths[widest] -= 1
      }
    }
    return widths
  }

  private func line(_ cells: [(cell: Cell, width: Int)], _ style: Style) -> String {
    var output = ""
    for (index, (cell, width)) in cells.enumerated() {
      let text = Visible.truncated(cell.text, to: width)
      output += style.paint(text, cell.role)
      let isLast = index == cells.count - 1
      if !isLast { output += String(repeating: " ", count: width - Visible.width(text) + Table.gap) }
    }
    return output
  }
}
