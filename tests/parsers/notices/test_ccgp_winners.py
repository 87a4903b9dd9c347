"""Who won is read from its own label; persons and buyers on the same page are no suppliers."""

from parsers.notices import read
from parsers.records import Notice

PAGE = """<html><head><meta name="ArticleTitle" content="示例中标公告（虚构）">
<meta name="PubDate" content="2026-10-08 09:00"></head><body>
<div class="vF_detail_content"><p>采购单位：示例市公安局</p><p>中标供应商：示例慧眼科技有限公司</p>
<p>中标金额：100万元</p><p>项目联系人：样先生 电话：010-12345678</p></div></body></html>"""


def test_contacts_and_buyers_are_no_suppliers() -> None:
    [notice] = read(PAGE.encode(), "ccgp", "http://www.ccgp.gov.cn/cggg/dfgg/zbgg/202610/t1_1.htm")
    assert isinstance(notice, Notice)
    assert [supplier.party.name for supplier in notice.suppliers] == ["示例慧眼科技有限公司"]
