"""Gives an emulator of AWS what the examples need: a network for each cloud boundary, a bucket with their storage, roles.

The emulator chooses ids of its own, so the boundaries are written anew, with these ids, into the data directory's governance.
"""

import json
import pathlib
import re
import shutil
import sys
import time

import botocore.exceptions
import botocore.session

REGION = "eu-central-1"
BUCKET = "runners"
PREFIX = "data/"
ELSEWHERE = "10.99.0.0/16"

endpoint, data, examples = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
session = botocore.session.get_session()


def client(service):
    return session.create_client(
        service, region_name=REGION, endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test")


def until_it_answers():
    for _ in range(120):
        try:
            client("sts").get_caller_identity()
            return
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
            time.sleep(0.25)
    sys.exit(f"the emulator does not answer at {endpoint}")


def path_out(ec2, model, vpc, subnets):
    """The id of the endpoint, the peering connection or the tunnel that the boundary names."""
    if model == "privatelink":
        made = ec2.create_vpc_endpoint(
            VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", VpcEndpointType="Interface", SubnetIds=subnets)
        return made["VpcEndpoint"]["VpcEndpointId"]
    if model == "vpc-peering":
        other = ec2.create_vpc(CidrBlock=ELSEWHERE)["Vpc"]["VpcId"]
        made = ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=other)["VpcPeeringConnection"]
        ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=made["VpcPeeringConnectionId"])
        return made["VpcPeeringConnectionId"]
    customer = ec2.create_customer_gateway(BgpAsn=65000, IpAddress="203.0.113.1", Type="ipsec.1")["CustomerGateway"]
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]
    made = ec2.create_vpn_connection(
        CustomerGatewayId=customer["CustomerGatewayId"], VpnGatewayId=gateway["VpnGatewayId"], Type="ipsec.1")
    return made["VpnConnection"]["VpnConnectionId"]


def network(ec2, boundary, number):
    """Makes it, and returns the boundary's text with its ids. Nothing of it leads out."""
    name = re.search(r"name: (\S+)", boundary).group(1)
    model = re.search(r"model: (\S+)", boundary).group(1)
    cidr = f"10.{number}.0.0/16"
    vpc = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.{number}.{part}.0/24")["Subnet"]["SubnetId"] for part in (1, 2)]
    group = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
    everything = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissionsEgress"]
    if everything:
        ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": cidr}]}])
    for field, value in (
            ("vpc", vpc),
            ("subnets", f"[{', '.join(subnets)}]"),
            ("securityGroups", f"[{group}]"),
            ("endpoints", f"[{path_out(ec2, model, vpc, subnets)}]")):
        boundary = re.sub(rf"(?m)^  {field}: .*$", f"  {field}: {value}", boundary)
    return boundary


def main():
    until_it_answers()
    governance = data / "governance"
    if not governance.exists():
        shutil.copytree(examples / "governance", governance)
    ec2 = client("ec2")
    for number, file in enumerate(sorted((governance / "boundaries").glob("*.yaml")), 1):
        text = file.read_text()
        if "model: onprem" not in text:
            file.write_text(network(ec2, text, number))
    s3 = client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    for file in sorted((examples / "storage").rglob("*")):
        if file.is_file():
            s3.put_object(Bucket=BUCKET, Key=PREFIX + file.relative_to(examples / "storage").as_posix(), Body=file.read_bytes())
    client("ecs").create_cluster(clusterName="barecount")
    for role in ("starter", "runner"):
        client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
        }))


main()
